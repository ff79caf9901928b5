export { Blueprint, type BlueprintMountOptions, type BlueprintOptions } from "./app/blueprint.ts";
export type { BlueprintGroup } from "./app/blueprint-group.ts";
export type { Config, ConfigOptions } from "./app/config.ts";
export type { ConfigSource } from "./app/config-layers.ts";
export type { ErrorClass, ErrorScope } from "./app/error-handlers.ts";
export type { Extension } from "./app/extension.ts";
export { formatRoutes } from "./app/format-routes.ts";
export type {
  Answer,
  AroundMiddleware,
  ErrorHandler,
  Handler,
  HandlerArguments,
  MiddlewareOptions,
  RequestMiddleware,
  ResponseMiddleware,
  RouteMiddleware,
  RouteOptions,
  RouteSettings,
} from "./app/handler.ts";
export {
  Provider,
  type ProviderOptions,
  type ProviderScope,
  type Providers,
  provide,
} from "./app/injection/provider.ts";
export type { LifecycleEvent, LifecycleListener, ListenerOptions } from "./app/lifecycle.ts";
export type { MountTarget, MountTargetOptions } from "./app/mount.ts";
export type { Mountable, MountOptions } from "./app/mountable.ts";
export type { SettingDefinition, SettingDefinitions, SettingsOf } from "./app/own-settings.ts";
export type { RealtimeRouteOptions } from "./app/realtime-route.ts";
export type {
  Register,
  RegisteredRoute,
  RegisterRoute,
  RegisterView,
  RegisterWebSocket,
} from "./app/registration.ts";
export type { RouteRecord } from "./app/route.ts";
export type { RunningServer, RunOptions } from "./app/running-server.ts";
export type { ScheduleOptions } from "./app/schedule.ts";
export type {
  BuiltInSignals,
  ConnectionFacts,
  DispatchOptions,
  SignalCondition,
  SignalContext,
  SignalFilter,
  SignalHandler,
  SignalOptions,
  WaitOptions,
} from "./app/signal-options.ts";
export { Spindash, type SpindashOptions } from "./app/spindash.ts";
export type { StaticRouteOptions } from "./app/static-route.ts";
export type { Task, TaskHandle, TaskScope, TaskState } from "./app/task-handle.ts";
export type { TaskOptions, Tasks } from "./app/tasks.ts";
export type { TopicEventsOptions } from "./app/topic-events.ts";
export type { InputLocation, ValidatedInput } from "./app/validation/input-location.ts";
export type { SchemaIssue, SchemaResult, StandardSchema } from "./app/validation/standard-schema.ts";
export {
  ValidationError,
  type ValidationErrorOptions,
  type ValidationIssue,
} from "./app/validation/validation-error.ts";
export { version } from "./app/version.ts";
export { View, type ViewClass, type ViewMethods } from "./app/view.ts";
export type { WebSocketCompressionOptions } from "./app/websocket-compression.ts";
export { InvalidMessage, type InvalidMessageHook } from "./app/websocket-message.ts";
export type { AllowedOrigins } from "./app/websocket-origin.ts";
export type {
  WebSocketEvents,
  WebSocketHandler,
  WebSocketLoop,
  WebSocketRouteOptions,
} from "./app/websocket-route.ts";
export type { ErrorFormat, ErrorFormatSetting } from "./error-pages/error-format.ts";
export { selectEncoding, selectLanguage, selectMediaType } from "./http/accept.ts";
export { type ByteRange, parseByteRanges } from "./http/byte-range.ts";
export { type CacheOptions, formatCacheControl } from "./http/cache-control.ts";
export { type ConditionalRequest, isNotModified, type Validators } from "./http/conditions.ts";
export type { DotfilePolicy } from "./http/contained-path.ts";
export { formatContentDisposition } from "./http/content-disposition.ts";
export { type CookieDeleteOptions, RequestCookies, ResponseCookies } from "./http/cookies.ts";
export {
  type BasicCredentials,
  type Credentials,
  parseAuthorization,
  type TokenCredentials,
} from "./http/credentials.ts";
export { getRequest } from "./http/current-request.ts";
export { type EntityTag, formatEntityTag, parseEntityTags } from "./http/entity-tag.ts";
export type { RequestErrorCode, SetupErrorCode } from "./http/error-codes.ts";
export * from "./http/errors.ts";
export { formatEvent, type ServerSentEvent } from "./http/event-format.ts";
export { type FileOptions, file } from "./http/file.ts";
export { Form, type FormFile, parseUrlencodedForm } from "./http/form.ts";
export { formatHttpDate, parseHttpDate } from "./http/http-date.ts";
export { importPeer } from "./http/import-peer.ts";
export { parseJson, stringifyJson } from "./http/json.ts";
export { type MediaType, parseMediaType } from "./http/media-type.ts";
export { Part } from "./http/part.ts";
export { type Preference, parsePreferences } from "./http/preferences.ts";
export { type Duration, parseDuration, parseSize, type Size } from "./http/quantity.ts";
export { parseUrlencoded, QueryParameters } from "./http/query.ts";
export type { RangedStreamOptions, RangeProducer } from "./http/ranged-stream.ts";
export { type Peer, Request, type TlsDetails } from "./http/request.ts";
export type { RequestApp, RequestLog, RequestRoute } from "./http/request-app.ts";
export { RequestBody } from "./http/request-body.ts";
export { RequestHeaders } from "./http/request-headers.ts";
export {
  type BodyProducer,
  type BodyWriter,
  Response,
  type ResponseBody,
  type ResponseOptions,
} from "./http/response.ts";
export { type HeadersInit, ResponseHeaders } from "./http/response-headers.ts";
export {
  empty,
  html,
  json,
  type ProblemMembers,
  problem,
  raw,
  redirect,
  type StreamOptions,
  stream,
  type TypedResponseOptions,
  text,
} from "./http/responses.ts";
export {
  type EventProducer,
  type EventStream,
  type EventStreamOptions,
  sse,
} from "./http/server-sent-events.ts";
export { type CookieOptions, formatSetCookie } from "./http/set-cookie.ts";
export { SetupError, type SetupErrorOptions } from "./http/setup-error.ts";
export type { TrailerProducer } from "./http/trailers.ts";
export type { LinkTarget, QueryValue, UrlFor, UrlOptions } from "./http/url-for.ts";
export type { Logger } from "./logging/logger.ts";
export type { FileName } from "./routing/file-name-converter.ts";
export type { ParameterType } from "./routing/parameter-types.ts";
export type { PathParameters } from "./routing/path-parameters.ts";
export { UrlBuildError } from "./routing/url-build-error.ts";
export type { FetchHandler } from "./server/foreign-fetch.ts";
export type { ListenAddress, ListenOptions } from "./server/listener.ts";
export type {
  CertificateFiles,
  CertificateSource,
  TlsOptions,
  TlsSettings,
} from "./server/tls/tls-options.ts";
export type { FolderEntry, FolderListing } from "./static/folder-listing.ts";
export type { Browse, StaticOptions } from "./static/static-options.ts";
export type { HistoryEntry, HistoryFrom, HistoryLimits, HistoryPage } from "./websocket/history.ts";
export type { MessagePieces } from "./websocket/message-sender.ts";
export type { MessageStream } from "./websocket/message-streams.ts";
export type { Presence, SnapshotsOptions } from "./websocket/presence.ts";
export type { Member, PresenceChange } from "./websocket/presence-member.ts";
export type { OwnMember } from "./websocket/presences.ts";
export type { RealtimeClient, RealtimeRules } from "./websocket/realtime-session.ts";
export type {
  Relay,
  RelayAuthor,
  RelayConnection,
  RelayHost,
  RelayLog,
  RelayState,
} from "./websocket/relay.ts";
export type { RelayStatus } from "./websocket/relay-link.ts";
export { memory } from "./websocket/relays/memory.ts";
export { type SlowSubscriberPolicy, type Topic, type TopicOptions, topic } from "./websocket/topic.ts";
export type { MessageKind, TopicMessage } from "./websocket/topic-message.ts";
export type { MessagesOptions, TopicHandler, TopicMessages } from "./websocket/topic-subscription.ts";
export type { PublishOptions } from "./websocket/topics.ts";
export { type ReceiveOptions, WebSocket, type WebSocketState } from "./websocket/websocket.ts";
export { WebSocketClosed, type WebSocketCloseInfo } from "./websocket/websocket-closed.ts";
export type { WebSocketMessage } from "./websocket/websocket-options.ts";
