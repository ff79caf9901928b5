import type { ErrorFormatSetting } from "../error-pages/error-format.ts";
import { defaultFormLimits, type FormLimits } from "../http/form-limits.ts";
import type { RequestSettings } from "../http/request-app.ts";
import { defaultServerLimits, type ServerLimits } from "../server/limits.ts";
import { noProxies, type ProxySettings } from "../server/proxy-trust.ts";
import { ConfigLayers, type ConfigSource, type Variables, variableOf } from "./config-layers.ts";
import { type ConfigKind, type ConfigValue, readValue } from "./config-value.ts";
import { assertSettingNames, readSetting, type SettingDefinitions } from "./own-settings.ts";

/** Limits of websockets; sizes in bytes, times in seconds. */
export interface WebSocketLimits {
  /** A message. Past it: close 1009. @default 1 MiB */
  websocketMessageLimit: number;
  /** A silent socket is pinged this often; 0 for never. @default 20 */
  websocketPingInterval: number;
  /** A pong must come within this time. Past it: close 1011. @default 20 */
  websocketPongTimeout: number;
  /** `send()` waits while this much waits for a slow reader. @default 1 MiB */
  websocketBufferLimit: number;
  /** Past this much for a reader that nobody waits for: close 1013. @default 16 MiB */
  websocketBufferHardLimit: number;
  /** Messages are compressed where the client offers it; a route may decide for itself. @default false */
  websocketCompression: boolean;
  /** Shorter messages are sent as they are. @default 1 KiB */
  websocketCompressionThreshold: number;
  /** What the contexts of all websockets with context takeover may come to; past it new ones get none. @default 64 MiB */
  websocketCompressionMemory: number;
}

/** Every setting of an app, with its value in seconds, bytes or as it is. */
export interface Config extends ServerLimits, FormLimits, WebSocketLimits, ProxySettings, RequestSettings {
  /**
   * What cookies are signed and encrypted with, 32 characters or more each: the first one seals, all are tried on what comes
   * back. To change it, put a new one in front, and take the old one away when its cookies have expired. @default none
   */
  cookieSecrets: readonly string[];
  /** Whether `getRequest()` knows the current request. @default false */
  requestContext: boolean;
  /** Status of requests that a schema refuses: 400 or 422. @default 422 */
  validationStatus: number;
  /** Errors show their stack to the client. Never on the open internet. @default false */
  debug: boolean;
  /** How often processes joined by a relay tell each other that they live; one silent for three is gone. @default 5 */
  presenceHeartbeat: number;
  /** How errors are shown where a route does not say; `auto` asks the client. @default "auto" */
  errorFormat: ErrorFormatSetting;
  /** Log every error, also those below 500 and those that a handler answers. @default false */
  logAllErrors: boolean;
  /** Whether `/a` and `/a/` differ where a route does not say. @default false */
  strictSlashes: boolean;
  /** Listeners expect the PROXY protocol where they do not say otherwise. @default false */
  proxyProtocol: boolean;
  /** Where the app is reached: a host, perhaps with a scheme before it; for whole URLs of `urlFor`. @default "" */
  serverName: string;
  /** Read all sockets into one buffer where the runtime allows it. @default true */
  reuseReadBuffer: boolean;
}

/** Settings as given: durations and sizes may be text such as `"30s"` and `"1mb"`. */
export type ConfigOptions = {
  [Key in keyof Config]?: Config[Key] extends number ? number | string : Config[Key];
};

const defaults: Readonly<Config> = {
  ...defaultServerLimits,
  ...defaultFormLimits,
  ...noProxies,
  websocketMessageLimit: 1024 * 1024,
  websocketPingInterval: 20,
  websocketPongTimeout: 20,
  websocketBufferLimit: 1024 * 1024,
  websocketBufferHardLimit: 16 * 1024 * 1024,
  validationStatus: 422,
  websocketCompression: false,
  websocketCompressionThreshold: 1024,
  websocketCompressionMemory: 64 * 1024 * 1024,
  debug: false,
  presenceHeartbeat: 5,
  errorFormat: "auto",
  logAllErrors: false,
  strictSlashes: false,
  proxyProtocol: false,
  serverName: "",
  reuseReadBuffer: true,
  cookieSecrets: [],
  requestContext: false,
  requestIdHeader: "x-request-id",
};

/** Each key's kind: how its value is read and checked. */
export const configKinds: Readonly<Record<keyof Config, ConfigKind>> = {
  requestLineLimit: "size",
  headLimit: "size",
  headerCountLimit: "count",
  bodyLimit: "size",
  headTimeout: "duration",
  bodyTimeout: "duration",
  minimumReceiveRate: "sizeFromZero",
  sendTimeout: "duration",
  minimumSendRate: "sizeFromZero",
  handlerTimeout: "duration",
  keepAliveTimeout: "duration",
  maxRequestsPerConnection: "countFromZero",
  maxConnections: "countFromZero",
  gracefulStopTimeout: "duration",
  formFieldLimit: "count",
  formFieldSizeLimit: "size",
  formFileLimit: "count",
  formPartHeaderLimit: "count",
  websocketMessageLimit: "messageSize",
  websocketPingInterval: "durationFromZero",
  websocketPongTimeout: "duration",
  websocketBufferLimit: "size",
  websocketBufferHardLimit: "size",
  websocketCompression: "boolean",
  websocketCompressionThreshold: "size",
  websocketCompressionMemory: "size",
  forwardedSecret: "text",
  realIpHeader: "text",
  proxiesCount: "countFromZero",
  trustedProxies: "list",
  validationStatus: "status",
  debug: "boolean",
  presenceHeartbeat: "duration",
  errorFormat: "errorFormat",
  logAllErrors: "boolean",
  strictSlashes: "boolean",
  proxyProtocol: "boolean",
  serverName: "text",
  reuseReadBuffer: "boolean",
  cookieSecrets: "list",
  requestContext: "boolean",
  requestIdHeader: "text",
};

const keys = Object.keys(configKinds) as (keyof Config)[];
const DEFAULT_PREFIX = "SPINDASH_";

/** The environment variable of a key of Spindash: `requestTimeout` → `SPINDASH_REQUEST_TIMEOUT`. */
export function environmentVariable(key: string): string {
  return variableOf(key, DEFAULT_PREFIX);
}

/** What the settings of an app are made of, besides the environment. */
export interface ConfigInput {
  /** What the program says; wins over everything. */
  readonly config?: ConfigOptions | undefined;
  /** Files and objects, in order; later ones win, the environment over all of them. */
  readonly sources?: readonly ConfigSource[] | undefined;
  /** Settings of the app's own. */
  readonly settings?: SettingDefinitions | undefined;
  /** In front of environment variables; `""` when none are read. @default "SPINDASH_" */
  readonly prefix?: string | undefined;
}

/** The settings of an app: its own, and those of Spindash. */
export interface ResolvedConfig {
  readonly config: Config;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the log should be told: variables that name no setting. */
  readonly warnings: readonly string[];
}

/**
 * The settings of an app: defaults, then sources in order, then environment, then what the program says.
 *
 * @throws {SetupError} for an unknown key, naming the nearest one, and for a value that cannot be read.
 */
export function resolveConfig(input: ConfigInput = {}, environment: Variables = {}): ResolvedConfig {
  const { settings: definitions = {}, prefix = DEFAULT_PREFIX } = input;
  assertSettingNames(Object.keys(definitions), configKinds);
  const layers = new ConfigLayers([...keys, ...Object.keys(definitions)], prefix);
  for (const source of input.sources ?? []) layers.addSource(source);
  layers.addVariables(environment);
  layers.addKeys(input.config ?? {});
  const config: Record<string, ConfigValue> = { ...defaults };
  for (const key of keys) {
    const given = layers.given.get(key);
    if (given !== undefined) config[key] = readValue(given.label, configKinds[key], given.value);
  }
  const settings = Object.entries(definitions).map(([name, definition]): [string, unknown] => [
    name,
    readSetting(name, definition, layers.given.get(name), variableOf(name, prefix)),
  ]);
  return {
    config: config as unknown as Config,
    settings: Object.freeze(Object.fromEntries(settings)),
    warnings: layers.unknownVariables.map(warningOf),
  };
}

function warningOf({ variable, nearest }: ConfigLayers["unknownVariables"][number]): string {
  const hint = nearest === undefined ? "it changes nothing" : `did you mean ${nearest}?`;
  return `The environment variable ${variable} names no setting; ${hint}`;
}
