export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param part 0 for the smallest, 1 for the largest */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);

  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
}

/** Between which two numbers the median of such values lies, at a confidence of 99 %, by the bootstrap. */
export function medianInterval(values: readonly number[]): readonly [number, number] {
  const medians = Array.from({ length: 2000 }, () =>
    median(values.map(() => values[Math.floor(Math.random() * values.length)] ?? NaN)),
  );

  return [quantile(medians, 0.005), quantile(medians, 0.995)];
}
