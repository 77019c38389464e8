package org.palimpsest.bench;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.objective.preset.Objectives;

/**
 * Corrupts blocks on one thread with a reused buffer, and counts examples and raw tokens per
 * second. Blocks have 510 tokens, so that a source of the same length has 512 with {@code <s>} and
 * {@code </s>}; blocks of {@code t5} have 568 tokens, which become 512.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ObjectiveBenchmark {
  private static final int BLOCKS = 4000;

  @Param({
    "autoencoder",
    "token-masking",
    "token-deletion",
    "text-infilling",
    "sentence-permutation",
    "document-rotation",
    "bart",
    "t5",
    "mass",
    "prefix-lm",
    "ul2",
    "bert-style",
    "deshuffling"
  })
  public String objective;

  private Corruptor corruptor;
  private TokenBlock[] blocks;
  private DenoisingExample example;
  private int next;
  private long epoch;

  /** Counts raw tokens, in addition to examples. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Tokens {
    public long rawTokens;
  }

  @Setup
  public void prepare() {
    int tokens = objective.equals("t5") ? 568 : 510;
    Vocabulary vocabulary =
        Vocabulary.standard(ZipfText.VOCABULARY, 256)
            .withNamed(Map.of("[NLU]", 5, "[NLG]", 6, "[S2S]", 7));
    corruptor = Objectives.parse(objective).corruptor(vocabulary, tokens);
    blocks = new ZipfText().blocks(BLOCKS, tokens);
    example = new DenoisingExample(2 * tokens);
  }

  @Benchmark
  public DenoisingExample corrupt(Tokens tokens) {
    TokenBlock block = blocks[next++];
    if (next == BLOCKS) {
      next = 0;
      epoch++;
    }
    corruptor.corrupt(block, 1, epoch, example);
    tokens.rawTokens += block.length();
    return example;
  }
}
