-- Sends the bytes given as the argument, once prepared, again and again; prints the totals as one line of JSON.
function init(arguments)
  -- Replacing format and not request keeps wrk on its static path, which calls no Lua per request.
  wrk.format = function() return arguments[1] end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  local figures = { summary.requests, summary.duration / 1e6, latency:percentile(99) / 1000, failed }
  print(string.format('{"count":%d,"seconds":%.6f,"p99":%.3f,"errors":%d}', unpack(figures)))
end
