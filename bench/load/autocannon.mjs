// The HTTP load where wrk is not installed; takes { scheme, port, request, seconds } as JSON.
import autocannon from "autocannon";

const { scheme, port, request, seconds } = JSON.parse(process.argv[2]);
const { method, path, headers, body } = request;
const result = await autocannon({
  url: `${scheme}://127.0.0.1:${port}`,
  connections: 64,
  duration: seconds,
  requests: [body === "" ? { method, path, headers } : { method, path, headers, body }],
});
const errors = result.errors + result.timeouts + result.non2xx;
console.log(
  JSON.stringify({ count: result.requests.total, seconds: result.duration, p99: result.latency.p99, errors }),
);
