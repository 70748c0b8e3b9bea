import { StringDecoder } from "node:string_decoder";

/**
 * The body of an answer as it arrives. Plain text is decoded piece by piece, so that the pieces need not be kept until
 * the end: of a large page they would be the largest part of a function's memory. A compressed body is kept.
 */
export class AnswerBody {
  private readonly compressed: boolean;
  private readonly pieces: Buffer[] = [];
  private size_bytes = 0;
  private decoder: StringDecoder | undefined;
  private decoded = "";

  constructor(compressed: boolean) {
    this.compressed = compressed;
  }

  /** Adds a piece; gives the number of bytes so far. */
  add(piece: Buffer): number {
    this.size_bytes += piece.length;
    const [first] = this.pieces;
    if (this.compressed || (first === undefined && this.decoder === undefined)) {
      this.pieces.push(piece);
    } else {
      // A second piece: most answers have one, and need no decoder.
      if (this.decoder === undefined) this.decoder = new StringDecoder("utf8");
      if (first !== undefined) {
        this.decoded = this.decoder.write(first);
        this.pieces.length = 0;
      }
      this.decoded += this.decoder.write(piece);
    }
    return this.size_bytes;
  }

  text(): string {
    if (this.decoder !== undefined) return this.decoded + this.decoder.end();
    return this.pieces[0]?.toString("utf8") ?? "";
  }

  bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}
