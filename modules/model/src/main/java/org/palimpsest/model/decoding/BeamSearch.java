package org.palimpsest.model.decoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.spec.ModelSpec;

/** Beam search for a group of sources. */
final class BeamSearch implements Search {
  private final DecodingOptions options;
  private final int most;
  private final List<Beams> sources = new ArrayList<>();

  BeamSearch(ModelSpec spec, DecodingOptions options, int count, int room) {
    this.options = options;
    // Twice as many as beams, so that enough remain if all beams end.
    this.most = Math.min(2 * options.beams(), spec.vocabulary());
    for (int i = 0; i < count; i++) {
      sources.add(new Beams(spec, options, room));
    }
  }

  @Override
  public int sequences() {
    return options.beams();
  }

  @Override
  public int most() {
    return most;
  }

  @Override
  public boolean isDone() {
    return sources.stream().allMatch(Beams::isDone);
  }

  @Override
  public void force(int token, int[] last) {
    sources.forEach(source -> source.force(token));
    Arrays.fill(last, token);
  }

  @Override
  public void extend(Ranking ranking, int[] last, int[] order) {
    for (int i = 0; i < sources.size(); i++) {
      sources.get(i).extend(ranking, i * options.beams(), last, order);
    }
  }

  @Override
  public int[] text(int sequence) {
    return sources.get(sequence / options.beams()).text(sequence % options.beams());
  }

  @Override
  public List<List<Hypothesis>> hypotheses() {
    return sources.stream().map(source -> source.best(options.best())).toList();
  }
}
