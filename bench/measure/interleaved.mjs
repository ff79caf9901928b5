// Rounds in the order A B C A B C, so that a busy minute of the machine falls on all peers and not on one.

/**
 * Calls `measure(peer)` once per peer and round; answers the figures by peer as arrays over the rounds, and the peers
 * that threw, which are left out from then on.
 */
export async function interleave(peers, rounds, announce, measure) {
  const results = new Map(peers.map((peer) => [peer, []]));
  const failures = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [peer, figures] of [...results]) {
      announce(`round ${round} of ${rounds}, ${peer.name}`);
      try {
        figures.push(await measure(peer));
      } catch (error) {
        results.delete(peer);
        failures.push({ peer: peer.name, reason: error.message.split("\n")[0] });
      }
    }
  }
  return { results: [...results].map(([peer, figures]) => ({ peer, ...transpose(figures) })), failures };
}

/** Objects of numbers to one object of arrays. */
function transpose(figures) {
  return Object.fromEntries(
    Object.keys(figures[0]).map((key) => [key, figures.map((figure) => figure[key])]),
  );
}
