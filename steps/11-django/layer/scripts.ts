/** Adds a message to each queue that is not full.
 * KEYS: the queues. ARGV: a message for each, then a capacity for each, then the
 * time, then after how many seconds an untouched queue expires.
 * Returns how many were full. */
// #region send-script
export const sendToQueues = `
local full = 0
for i = 1, #KEYS do
  local capacity = tonumber(ARGV[#KEYS + i])
  if redis.call('ZCARD', KEYS[i]) < capacity then
    redis.call('ZADD', KEYS[i], ARGV[#ARGV - 1], ARGV[i])
    redis.call('EXPIRE', KEYS[i], ARGV[#ARGV])
  else
    full = full + 1
  end
end
return full`
// #endregion send-script

/** Puts back the messages that a killed process had taken out, and not handled.
 * The queue then expires when they would have expired.
 * ARGV: the queue, and the set of what is in flight. */
export const putBack = `
local messages = redis.call('ZRANGE', ARGV[2], 0, -1, 'WITHSCORES')
local seconds = redis.call('TTL', ARGV[2])
for i = 1, #messages, 2 do
  redis.call('ZADD', ARGV[1], messages[i + 1], messages[i])
end
if seconds > 0 and redis.call('TTL', ARGV[1]) == -1 then
  redis.call('EXPIRE', ARGV[1], seconds)
end
redis.call('DEL', ARGV[2])`
