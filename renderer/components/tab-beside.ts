/** Which of the tabs stands `by` places after this one, in a ring. */
export function tabBeside<T extends string>(tabs: readonly T[], tab: T, by: number): T {
  return tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] ?? tab;
}
