import { expect, test } from "vitest";
import { endpoints } from "../../../shared/api/endpoints.ts";

test.for([
  { cloud: "huawei", region: "eu-west-101", origin: "https://cbr.eu-west-101.myhuaweicloud.com" },
  { cloud: "sbercloud", region: "ru-moscow-1", origin: "https://cbr.ru-moscow-1.hc.sbercloud.ru" },
  { cloud: "otc", region: "eu-de", origin: "https://cbr.eu-de.otc.t-systems.com" },
] as const)("the endpoint in $cloud is $origin", ({ cloud, region, origin }) => {
  expect(endpoints({ cloud, region })("cbr")).toBe(origin);
});

test("each endpoint can be overridden, all of them or one", () => {
  const one = endpoints({ cloud: "otc", region: "eu-de", override: { hss: "https://hss.example.com:8443" } });
  expect([one("hss"), one("cbr")]).toEqual([
    "https://hss.example.com:8443",
    "https://cbr.eu-de.otc.t-systems.com",
  ]);
  const all = endpoints({
    cloud: "otc",
    region: "eu-de",
    override: "https://{service}.{region}.cloud.example.com",
  });
  expect([all("hss"), all("iam")]).toEqual([
    "https://hss.eu-de.cloud.example.com",
    "https://iam.eu-de.cloud.example.com",
  ]);
});

test.for(["http://127.0.0.1:8800", "http://localhost:8800", "http://[::1]:8800", "http://127.3.2.1"])(
  "%s is this machine itself and needs no https",
  (override) => {
    expect(endpoints({ cloud: "otc", region: "eu-de", override })("cbr")).toBe(override);
  },
);

test.for([
  { override: "http://cbr.example.com", said: "https" },
  { override: "http://127.0.0.1.example.com", said: "https" },
  { override: "http://localhost.example.com", said: "https" },
  { override: "ftp://127.0.0.1", said: "https" },
  { override: "https://cbr.example.com/v3", said: "host and port" },
  { override: "https://cbr.example.com?x=1", said: "host and port" },
  { override: "https://me:hidden@cbr.example.com", said: "password" },
  { override: "cbr.example.com", said: "not a URL" },
])("$override is refused: $said", ({ override, said }) => {
  const find = endpoints({ cloud: "otc", region: "eu-de", override });
  expect(() => find("cbr")).toThrow(said);
  expect(() => find("cbr")).not.toThrow("hidden");
});

test("a region cannot change the host", () => {
  expect(() => endpoints({ cloud: "otc", region: "eu-de.example.com/" })).toThrow("region");
});
