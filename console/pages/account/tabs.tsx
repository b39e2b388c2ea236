import { refine } from '../../app/router.ts';

type TabsProps = { readonly of: readonly (readonly [name: string, title: string])[]; readonly shown: string };

/** Where each key leads to from one of some tabs, as WAI-ARIA has it. */
const places: Readonly<Record<string, (from: number, count: number) => number>> = {
  ArrowRight: (from, count) => (from + 1) % count,
  ArrowLeft: (from, count) => (from - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Tab stops at the one that is shown; arrows lead from it to the others, and show them. */
export const Tabs = ({ of, shown }: TabsProps) => {
  const follow = (event: KeyboardEvent) => {
    const to = places[event.key]?.(
      of.findIndex(([name]) => name === shown),
      of.length,
    );
    if (to === undefined) return;
    const [name = shown] = of[to] ?? [];
    event.preventDefault();
    refine({ tab: name });
    document.getElementById(`tab-${name}`)?.focus();
  };
  return (
    <div class="row" role="tablist" aria-label="What the account has" onKeyDown={follow}>
      {of.map(([name, title]) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-controls="tab-panel"
          aria-selected={shown === name}
          tabIndex={shown === name ? 0 : -1}
          onClick={() => refine({ tab: name })}
        >
          {title}
        </button>
      ))}
    </div>
  );
};
