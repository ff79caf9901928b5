import { BlockList, isIP, isIPv6 } from "node:net";
import { readForwarded } from "../http/forwarded.ts";
import type { ForwardedFacts, ForwardedPolicy, Peer } from "../http/request.ts";
import type { RequestHeaders } from "../http/request-headers.ts";
import { SetupError } from "../http/setup-error.ts";
import { isHost } from "../protocol/http1/host.ts";

/** Which proxies to believe. Nothing is believed unless one of the first four is set. */
export interface ProxySettings {
  /** Believe the element of the Forwarded field whose `secret` or `by` is this. */
  forwardedSecret: string;
  /** Believe this field, written by the proxy and holding the client's address alone. */
  realIpHeader: string;
  /** Believe X-Forwarded-For, written by this many proxies one behind the other. */
  proxiesCount: number;
  /** Addresses and networks (`10.0.0.0/8`) of proxies. Alone: X-Forwarded-For up to the first stranger; with another setting: nothing else is believed. */
  trustedProxies: readonly string[];
}

/** The default of {@link ProxySettings}: no proxy is believed. */
export const noProxies: Readonly<ProxySettings> = {
  forwardedSecret: "",
  realIpHeader: "",
  proxiesCount: 0,
  trustedProxies: [],
};

/**
 * Makes the policy of an app, null when nothing is believed. Address, scheme and host come from the same proxy or none
 * of them does. Throws a SetupError for an address that is none.
 */
export function createForwardedPolicy(settings: ProxySettings): ForwardedPolicy | null {
  const { forwardedSecret, realIpHeader, proxiesCount, trustedProxies } = settings;
  const networks = trustedProxies.length > 0 ? readNetworks(trustedProxies) : null;
  const isTrusted = (address: string): boolean => networks !== null && contains(networks, address);
  const find = ((): ((headers: RequestHeaders) => ForwardedFacts | undefined) | null => {
    if (forwardedSecret !== "") return (headers) => fromForwarded(headers, forwardedSecret);
    if (realIpHeader !== "") return (headers) => fromHeaders(headers, headers.get(realIpHeader));
    if (proxiesCount > 0) return (headers) => fromHeaders(headers, addressesOf(headers).at(-proxiesCount));
    return networks === null
      ? null
      : (headers) =>
          fromHeaders(
            headers,
            addressesOf(headers).findLast((each) => !isTrusted(parseAddress(each) ?? "")),
          );
  })();
  if (find === null) return null;
  return {
    resolve: (headers: RequestHeaders, peer: Peer) =>
      networks === null || isTrusted(peer.remoteAddress) ? find(headers) : undefined,
  };
}

function fromForwarded(headers: RequestHeaders, secret: string): ForwardedFacts | undefined {
  for (const element of readForwarded(headers.get("forwarded") ?? "")) {
    if (element.get("secret") !== secret && element.get("by") !== secret) continue;
    return makeFacts(element.get("for"), element.get("proto"), element.get("host"));
  }
  return undefined;
}

function fromHeaders(headers: RequestHeaders, address: string | undefined): ForwardedFacts | undefined {
  // Several proxies may each have added theirs; the last one is the nearest.
  const last = (name: string): string | undefined => headers.get(name)?.split(",").at(-1)?.trim();
  return makeFacts(address, last("x-forwarded-proto"), last("x-forwarded-host"));
}

function makeFacts(
  given: string | undefined,
  proto: string | undefined,
  host: string | undefined,
): ForwardedFacts | undefined {
  const ip = given === undefined ? undefined : parseAddress(given.trim());
  if (ip === undefined) return undefined;
  const scheme = proto?.toLowerCase();
  const bytes = Buffer.from(host ?? "");
  return {
    ip,
    scheme:
      scheme === "https" || scheme === "wss"
        ? "https"
        : scheme === "http" || scheme === "ws"
          ? "http"
          : undefined,
    host: host !== undefined && isHost(bytes, 0, bytes.length) ? host.toLowerCase() : undefined,
  };
}

function addressesOf(headers: RequestHeaders): string[] {
  return (headers.get("x-forwarded-for") ?? "").split(",").filter((each) => each.trim() !== "");
}

/** An address without brackets and port, or an obfuscated name (`_proxy7`); undefined for anything else. */
function parseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (/^_[\w.-]+$/.test(trimmed)) return trimmed;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1];
  if (bracketed !== undefined) return isIPv6(bracketed) ? bracketed.toLowerCase() : undefined;
  const address = isIP(trimmed) === 0 ? trimmed.replace(/:\d{1,5}$/, "") : trimmed;
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}

function readNetworks(list: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const each of list) {
    const [address = "", prefix] = each.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const bits = prefix === undefined ? (family === "ipv6" ? 128 : 32) : Number(prefix);
    if (
      isIP(address) === 0 ||
      !Number.isInteger(bits) ||
      bits < 0 ||
      bits > (family === "ipv6" ? 128 : 32) ||
      prefix === ""
    ) {
      throw new SetupError(
        `${JSON.stringify(each)} in trustedProxies is no address and no network; expected "10.0.0.1" or "10.0.0.0/8"`,
      );
    }
    networks.addSubnet(address, bits, family);
  }
  return networks;
}

function contains(networks: BlockList, address: string): boolean {
  // A dual-stack socket shows IPv4 peers as ::ffff:10.0.0.1.
  const plain =
    address.toLowerCase().startsWith("::ffff:") && address.includes(".")
      ? address.slice("::ffff:".length)
      : address;
  const family = isIP(plain);
  return family !== 0 && networks.check(plain, family === 6 ? "ipv6" : "ipv4");
}
