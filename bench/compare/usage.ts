/** Loaded before each server: tells what the process has used whenever it is asked. */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: (user + system) / 1000, memory: process.memoryUsage.rss() });
});
process.channel?.unref();
