/** Loaded before each server. It tells what the process has used whenever it is asked. */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: (user + system) / 1000, memory: process.memoryUsage.rss() });
});
// A server does not outlive what has started it.
process.on('disconnect', () => process.exit());
process.channel?.unref();
