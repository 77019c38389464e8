package org.palimpsest.tasks.denoising;

import java.util.Arrays;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.objective.Vocabulary;

/**
 * Random parameters, but for the constant bias of the head: the logarithm of each token's frequency
 * in the corpus, so that a new model begins near the loss of the unigram instead of that of a
 * uniform guess, and need not learn frequencies through its embedding.
 *
 * <p>Each token counts once more than it occurs. Begin and end count once for each block, and other
 * special tokens, which a corpus does not have but a target may, as often as the mean token.
 *
 * @param text of which the first {@link #MOST_TOKENS} tokens are counted
 * @param vocabulary of the text
 * @param spec the model, with a bias of the head
 */
record FrequencyBias(CorpusSplit text, Vocabulary vocabulary, ModelSpec spec)
    implements InitialParameters {
  private static final long serialVersionUID = 1L;

  /** Tokens that are counted at most: each worker reads them when it begins. */
  static final long MOST_TOKENS = 1L << 20;

  @Override
  public void set(FlatVector parameters) {
    float[] bias = logarithms(counts());
    long at = ParameterLayout.of(spec).tensor(ParameterLayout.HEAD_BIAS).offset();
    parameters.write(at, bias, 0, bias.length);
  }

  /** Occurrences of each row of the head; rows that no token has count as unseen tokens. */
  private double[] counts() {
    double[] counts = new double[spec.vocabulary()];
    Arrays.fill(counts, 1);
    long tokens = 0;
    long blocks = 0;
    try (BlockReader reader = text.asStored()) {
      while (reader.hasNext() && tokens < MOST_TOKENS) {
        int[] block = reader.next().block().tokens();
        for (int token : block) {
          counts[token]++;
        }
        tokens += block.length;
        blocks++;
      }
    }
    double mean = (double) tokens / vocabulary.size();
    vocabulary.special().stream().forEach(id -> counts[id] = Math.max(counts[id], mean));
    for (int id : new int[] {vocabulary.bos(), vocabulary.eos()}) {
      if (id != Vocabulary.NONE) {
        counts[id] += blocks;
      }
    }
    return counts;
  }

  /** The logarithms, the largest as 0: softmax does not see a constant. */
  private static float[] logarithms(double[] counts) {
    double most = Arrays.stream(counts).max().orElseThrow();
    float[] logarithms = new float[counts.length];
    for (int id = 0; id < counts.length; id++) {
      logarithms[id] = (float) Math.log(counts[id] / most);
    }
    return logarithms;
  }
}
