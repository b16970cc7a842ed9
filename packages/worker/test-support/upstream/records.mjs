// What did the fake upstream receive and send, so that a test can compare it with the far end?

const MAX_RECORDS = 512;
/** An endless stream is recorded up to here; `count` goes on. */
export const MAX_RECORDED_PAYLOADS = 20_000;

export function createRecords() {
  const byId = new Map();
  const stats = { requests: 0, connections: 0, openConnections: 0 };
  let last;
  return {
    stats,
    create({ request, headers }) {
      const id = `chatcmpl-${stats.requests}`;
      last = {
        id,
        status: 200,
        request,
        headers,
        payloads: [],
        count: 0,
        bytes: 0,
        done: false,
        waiting: false,
        closed: false,
        cutByClient: false,
      };
      byId.set(id, last);
      if (byId.size > MAX_RECORDS) byId.delete(byId.keys().next().value);
      return last;
    },
    find: (id) => (id === 'last' ? last : byId.get(id)),
  };
}
