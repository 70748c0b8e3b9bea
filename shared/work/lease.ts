/** How long a claim and its call can matter; the lease is their sum. All in milliseconds. */
export interface LeaseTerms {
  /** Writing the claim down may take so long; a call that could only begin later is not made. */
  readonly claim_ms: number;
  /** The call's own deadline: afterwards we no longer wait for an answer. */
  readonly deadline_ms: number;
  /** The gateway may pass a request on until its own timeout, after we have gone. */
  readonly gateway_timeout_ms: number;
  /** What was created may be missing from lists for so long. */
  readonly listing_lag_ms: number;
  /** Functions' clocks may differ by so much. */
  readonly clock_skew_ms: number;
}

export const leaseTerms: LeaseTerms = {
  claim_ms: 20_000,
  deadline_ms: 60_000,
  gateway_timeout_ms: 60_000,
  listing_lag_ms: 60_000,
  clock_skew_ms: 30_000,
};

/** How long a call can still matter when it begins: it must all lie within the lease. */
export const callMatters_ms = (terms: LeaseTerms): number =>
  terms.deadline_ms + terms.gateway_timeout_ms + terms.listing_lag_ms + terms.clock_skew_ms;

export const lease_ms = (terms: LeaseTerms): number => terms.claim_ms + callMatters_ms(terms);
