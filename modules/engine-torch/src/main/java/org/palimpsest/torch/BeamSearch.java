package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.ModelSpec;

/** Beam search for some sources. */
final class BeamSearch implements Search {
  private final DecodingOptions options;
  private final List<Beams> sources = new ArrayList<>();

  BeamSearch(ModelSpec spec, DecodingOptions options, int count, int room) {
    this.options = options;
    for (int i = 0; i < count; i++) {
      sources.add(new Beams(spec, options, room));
    }
  }

  @Override
  public int sequences() {
    return options.beams();
  }

  @Override
  public boolean isDone() {
    return sources.stream().allMatch(Beams::isDone);
  }

  @Override
  public void force(int token, long[] last) {
    sources.forEach(source -> source.force(token));
    Arrays.fill(last, token);
  }

  @Override
  public void extend(Tensor logs, Tensor allowed, long[] last, long[] order) {
    for (int i = 0; i < sources.size(); i++) {
      sources.get(i).extend(allowed, i * options.beams(), last, order);
    }
  }

  @Override
  public List<List<Hypothesis>> hypotheses() {
    return sources.stream().map(source -> source.best(options.best())).toList();
  }
}
