// Medians with their spread, and how a figure is printed.

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** "5.83 (5.71–6.02)": the median and, in brackets, the smallest and the largest value; "–" where nothing was measured. */
export function formatFigure(values, digits) {
  if (!values.every(Number.isFinite)) return "–";
  const [middle, low, high] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
    formatNumber(value, digits),
  );
  return low === high ? middle : `${middle} (${low}–${high})`;
}

/** The median of `values` as a multiple of the median of `reference`; "–" without a reference. */
export function formatRatio(values, reference) {
  const ratio = reference === undefined ? Number.NaN : median(values) / median(reference);
  return Number.isFinite(ratio) ? `${formatNumber(ratio, 2)}×` : "–";
}

export function formatNumber(value, digits) {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
