package org.palimpsest.objective.denoising;

import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.structure.StructuralStep;

/** Corrupts blocks as a {@link DenoisingObjective} says. */
final class DenoisingCorruptor implements Corruptor {
  private final DenoisingObjective objective;
  private final NoiseMask.Marker marker;
  private final CorruptionContext bench;
  private final Units units = new Units();
  private final StructuralStep[] steps;

  DenoisingCorruptor(DenoisingObjective objective, CorruptionContext bench) {
    this.objective = objective;
    this.bench = bench;
    marker = objective.noise().marker();
    steps = objective.steps().toArray(new StructuralStep[0]);
  }

  @Override
  public void corrupt(TokenBlock block, long seed, long epoch, DenoisingExample into) {
    bench.into = into;
    bench.random.example(seed, epoch, block.id());
    TokenBlock text = bench.text(block);
    into.begin(text.id(), text.length());
    change(text);
    int overflowed = mark();
    bench.random.stage(NoiseRandom.SOURCE);
    objective.source().write(bench);
    objective.target().write(bench);
    into.noteSpans(bench.spans.count, overflowed + bench.overflowed);
  }

  private void change(TokenBlock block) {
    bench.draft.load(block);
    bench.overflowed = 0;
    for (int step = 0; step < steps.length; step++) {
      bench.random.stage(NoiseRandom.STEP + step);
      steps[step].apply(bench);
    }
    bench.beginFates();
  }

  /** Marks the spans; gives the number of those for which there was no sentinel. */
  private int mark() {
    Spans spans = bench.spans;
    spans.clear();
    bench.random.stage(NoiseRandom.NOISE);
    marker.mark(units.measure(bench, objective.noise().unit()), bench.random, spans);
    units.toTokens(spans);
    int sentinels = bench.vocabulary.sentinels();
    int overflowed = objective.target().limit(spans, bench.draft.length, sentinels);
    int more = objective.source().sentinels(spans.count) - sentinels;
    if (more > 0) {
      spans.count -= more;
      overflowed += more;
    }
    return overflowed;
  }
}
