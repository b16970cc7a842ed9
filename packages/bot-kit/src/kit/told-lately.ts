// Has this person read the same sentence within the hour? Then it is not said again.

const HOUR_MS = 3_600_000;
/** The longest ago are dropped. */
const MOST_PEOPLE = 10_000;

/** True once an hour for each person. */
export function createToldLately(now: () => number): (user: number) => boolean {
  const told = new Map<number, number>();
  return (user) => {
    const last = told.get(user);
    if (last !== undefined && now() - last < HOUR_MS) return false;
    told.delete(user);
    told.set(user, now());
    const [oldest] = told.keys();
    if (told.size > MOST_PEOPLE && oldest !== undefined) told.delete(oldest);
    return true;
  };
}
