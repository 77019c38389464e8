package org.palimpsest.objective;

/**
 * What an objective did to many examples: realised noise, spans, lengths, and what it costs. One
 * thread. Shares of nothing are NaN.
 */
public final class ExampleStatistics {
  private final LengthHistogram source = new LengthHistogram();
  private final LengthHistogram target = new LengthHistogram();
  private final long[] roles = new long[4];
  private long examples;
  private long rawTokens;
  private long spans;
  private long overflowedSpans;
  private long counted;

  /** Counts one more example; its buffer may be filled again afterwards. */
  public void add(DenoisingExample example) {
    examples++;
    rawTokens += example.rawLength();
    spans += example.spans();
    overflowedSpans += example.overflowedSpans();
    source.add(example.sourceLength());
    target.add(example.targetLength());
    for (int t = 0; t < example.targetLength(); t++) {
      roles[example.roles()[t]]++;
      counted += example.counted()[t] ? 1 : 0;
    }
  }

  public long examples() {
    return examples;
  }

  /** Share of the raw tokens that the noise removed or replaced. */
  public double noiseShare() {
    return (double) roles[DenoisingExample.CORRUPTED] / rawTokens;
  }

  /** Share of the raw tokens that are uncorrupted at another position. */
  public double movedShare() {
    return (double) roles[DenoisingExample.MOVED] / rawTokens;
  }

  /** Damaged spans of an example, insertions not counted. */
  public double spansPerExample() {
    return (double) spans / examples;
  }

  /** Damaged tokens of a span. */
  public double meanSpanLength() {
    return (double) roles[DenoisingExample.CORRUPTED] / spans;
  }

  /** Spans that stayed uncorrupted because no sentinel was left. */
  public long overflowedSpans() {
    return overflowedSpans;
  }

  /** Lengths of the sources, {@code <s>} and {@code </s>} included. */
  public LengthHistogram source() {
    return source;
  }

  /** Lengths of the targets, {@code </s>} and sentinels included. */
  public LengthHistogram target() {
    return target;
  }

  /** Encoder positions that a raw token costs. */
  public double encoderPositions() {
    return (double) source.sum() / rawTokens;
  }

  /** Decoder positions that a raw token costs. */
  public double decoderPositions() {
    return (double) target.sum() / rawTokens;
  }

  /** Positions with a loss that a raw token brings. */
  public double countedPositions() {
    return (double) counted / rawTokens;
  }
}
