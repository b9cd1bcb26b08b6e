/** Addresses of the application: one navigation, without loading the page anew. */
export function go(path: string): void {
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate"));
  scrollTo(0, 0);
}

/** For `@click` on a list of links: plain clicks stay in the application. */
export function follow(click: MouseEvent): void {
  const link = (click.target as Element | null)?.closest("a");
  if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (click.defaultPrevented || click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey) return;
  if (link.pathname.startsWith("/api/") || link.pathname.startsWith("/trust/")) return;
  click.preventDefault();
  go(link.pathname + link.search);
}
