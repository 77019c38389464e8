package org.palimpsest.corpus.overlap;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.overlap.Contamination.Documents;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.read.CorpusSplit;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.corpus.spark.Failures;
import org.palimpsest.objective.Vocabulary;

/**
 * Looks for the held-out text in the training text. The n-grams of the held-out split, at most
 * {@link #MOST_TOKENS} of them, become a set that every executor gets; one pass over the training
 * split marks those that it has, without a shuffle. Exact but for collisions of 64-bit hashes. The
 * length of 13 is that of the analysis of GPT-3 (Brown et al., 2020, appendix C), there in words.
 *
 * <p>The training split is read in {@link #SHARES} parts; a document that two of them share counts
 * in both. The result does not depend on the cluster.
 */
public final class HeldOutOverlap {
  /** The usual length of a run. */
  public static final int NGRAM = 13;

  private static final String STAGE = "Look for the held-out text in the training text";
  static final int SHARES = 64;

  /** Held-out tokens that are compared: a set of 128 MB. */
  private static final long MOST_TOKENS = 1 << 22;

  private HeldOutOverlap() {}

  /**
   * Compares the two splits of a corpus.
   *
   * @param ngram number of tokens in a run, at least 1
   * @throws PalimpsestException of kind INPUT if the corpus has no held-out split or none to train
   *     on
   */
  public static Contamination of(SparkSession session, Corpus corpus, int ngram) {
    if (ngram < 1 || ngram > 1000) {
      throw PalimpsestException.configuration(
          "The length of runs of tokens must lie between 1 and 1000, but is " + ngram + ".");
    }
    CorpusSplit validation = corpus.validation();
    long tokens = Math.multiplyExact(validation.blocks(), (long) corpus.blockSize());
    long stride = Math.max(1, (tokens + MOST_TOKENS - 1) / MOST_TOKENS);
    HeldOut heldOut =
        new HeldOut(Math.toIntExact(Math.min(tokens, MOST_TOKENS + corpus.blockSize())));
    heldOut.read(validation, corpus.vocabulary(), ngram, stride);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    long[] found = found(spark, corpus, ngram, heldOut.ngrams);
    return heldOut.result(ngram, stride > 1, found);
  }

  /** Counts of training documents, and behind them the bits of the n-grams that they have. */
  private static long[] found(JavaSparkContext spark, Corpus corpus, int ngram, NgramSet ngrams) {
    CorpusSplit training = corpus.training();
    Vocabulary vocabulary = corpus.vocabulary();
    List<Integer> shares = IntStream.range(0, SHARES).boxed().toList();
    Broadcast<long[]> table = spark.broadcast(ngrams.table());
    spark.setCallSite(STAGE);
    try {
      return spark
          .parallelize(shares, SHARES)
          .map(
              share ->
                  new Training(new NgramSet(table.value()))
                      .read(training, vocabulary, ngram, share))
          .reduce(Training::sum);
    } catch (Exception e) {
      // Scala throws checked exceptions without declaring them.
      throw Failures.of(STAGE, e);
    } finally {
      spark.clearCallSite();
      table.destroy();
    }
  }

  /** The n-grams of the held-out documents, one after the other. */
  private static final class HeldOut implements NgramReader.Sink {
    final NgramSet ngrams;
    private int[] slots = new int[1024];
    private int count;
    private int[] ends = new int[64];
    private int documents;

    HeldOut(int most) {
      ngrams = new NgramSet(most);
    }

    void read(CorpusSplit split, Vocabulary vocabulary, int ngram, long stride) {
      NgramReader reader = new NgramReader(vocabulary, ngram, this);
      long index = 0;
      try (BlockReader stored = split.asStored()) {
        for (Iterator<EpochBlock> blocks = stored; blocks.hasNext(); index++) {
          EpochBlock block = blocks.next();
          if (index % stride == 0) {
            reader.read(block.block());
          }
          if (stride > 1) {
            reader.endDocument();
          }
        }
      }
      reader.endDocument();
    }

    @Override
    public void ngram(long hash) {
      if (count == slots.length) {
        slots = Arrays.copyOf(slots, count * 2);
      }
      slots[count++] = ngrams.add(hash);
    }

    @Override
    public void documentEnded() {
      if (documents == ends.length) {
        ends = Arrays.copyOf(ends, documents * 2);
      }
      ends[documents++] = count;
    }

    Contamination result(int ngram, boolean sampled, long[] found) {
      BitSet bits = BitSet.valueOf(Arrays.copyOfRange(found, Training.COUNTS, found.length));
      Documents heldOut = Documents.none();
      long all = 0;
      int from = 0;
      for (int document = 0; document < documents; document++) {
        long shared = 0;
        for (int at = from; at < ends[document]; at++) {
          shared += bits.get(slots[at]) ? 1 : 0;
        }
        heldOut = heldOut.plus(shared, ends[document] - from);
        all += shared;
        from = ends[document];
      }
      double share = count == 0 ? 0 : (double) all / count;
      return new Contamination(ngram, heldOut, Training.documents(found), share, sampled);
    }
  }

  /** In a task: a share of the training split. */
  private static final class Training implements NgramReader.Sink {
    static final int COUNTS = 3;

    private final NgramSet ngrams;
    private final BitSet found = new BitSet();
    private Documents documents = Documents.none();
    private long shared;
    private long all;

    Training(NgramSet ngrams) {
      this.ngrams = ngrams;
    }

    long[] read(CorpusSplit split, Vocabulary vocabulary, int ngram, int share) {
      NgramReader reader = new NgramReader(vocabulary, ngram, this);
      try (BlockReader stored = split.asStored(share, SHARES)) {
        for (Iterator<EpochBlock> blocks = stored; blocks.hasNext(); ) {
          reader.read(blocks.next().block());
        }
      }
      reader.endDocument();
      long[] bits = found.toLongArray();
      long[] result = new long[COUNTS + bits.length];
      result[0] = documents.count();
      result[1] = documents.near();
      result[2] = documents.contained();
      System.arraycopy(bits, 0, result, COUNTS, bits.length);
      return result;
    }

    @Override
    public void ngram(long hash) {
      int slot = ngrams.find(hash);
      all++;
      if (slot >= 0) {
        shared++;
        found.set(slot);
      }
    }

    @Override
    public void documentEnded() {
      documents = documents.plus(shared, all);
      shared = 0;
      all = 0;
    }

    static Documents documents(long[] counts) {
      return new Documents(counts[0], counts[1], counts[2]);
    }

    /** Adds counts, and unites bits. */
    static long[] sum(long[] one, long[] other) {
      long[] sum = Arrays.copyOf(one, Math.max(one.length, other.length));
      for (int at = 0; at < other.length; at++) {
        sum[at] = at < COUNTS ? sum[at] + other[at] : sum[at] | other[at];
      }
      return sum;
    }
  }
}
