export type { TestBody, TestFields, TestRequestInit } from "./outgoing-request.ts";
export { type TestClient, type TestClientOptions, testClient } from "./test-client.ts";
export type { TestResponse } from "./test-response.ts";
export { type TestWebSocket, type TestWebSocketInit, WebSocketRefused } from "./test-websocket.ts";
