// A dead connection is noticed within seconds and mends itself for as long as the page is open.
Blazor.start({
  circuit: {
    configureSignalR: builder => builder.withServerTimeout(9000).withKeepAliveInterval(3000),
    reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: attempt => Math.min(3000, 250 * (attempt + 1)) },
  },
});
