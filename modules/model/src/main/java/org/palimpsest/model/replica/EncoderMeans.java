package org.palimpsest.model.replica;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;

/**
 * Means of an encoder's output, computed for as many sources at once as memory allows.
 *
 * @param encoder as {@link EngineReplica#encoded}
 */
record EncoderMeans(ModelSpec spec, Function<List<int[]>, double[]> encoder) {
  /** Tokens that are encoded together, 32 MB of output of a model that is 1,024 wide. */
  private static final int TOKENS = 4096;

  List<float[]> of(List<int[]> sources) {
    sources.forEach(this::requireUsable);
    List<float[]> means = new ArrayList<>();
    for (int from = 0; from < sources.size(); ) {
      int to = from + 1;
      int tokens = sources.get(from).length;
      while (to < sources.size() && tokens + sources.get(to).length <= TOKENS) {
        tokens += sources.get(to).length;
        to++;
      }
      means.addAll(together(sources.subList(from, to)));
      from = to;
    }
    return means;
  }

  private void requireUsable(int[] source) {
    if (source.length == 0) {
      throw PalimpsestException.input("A text without tokens has no mean: leave it out.");
    }
    if (source.length > spec.positions()) {
      throw PalimpsestException.input(
          "A text of "
              + source.length
              + " tokens is longer than the "
              + spec.positions()
              + " positions of the model: shorten it.");
    }
  }

  private List<float[]> together(List<int[]> sources) {
    double[] rows = encoder.apply(sources);
    List<float[]> means = new ArrayList<>();
    int first = 0;
    for (int[] source : sources) {
      means.add(mean(rows, first, source.length));
      first += source.length;
    }
    return means;
  }

  private float[] mean(double[] rows, int first, int count) {
    float[] mean = new float[spec.width()];
    for (int column = 0; column < mean.length; column++) {
      double sum = 0;
      for (int row = first; row < first + count; row++) {
        sum += rows[row * mean.length + column];
      }
      mean[column] = (float) (sum / count);
    }
    return mean;
  }
}
