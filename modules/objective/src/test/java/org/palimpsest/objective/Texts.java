package org.palimpsest.objective;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.stream.IntStream;
import org.palimpsest.objective.corruption.CorruptionContext;
import org.palimpsest.objective.corruption.Frame;
import org.palimpsest.objective.corruption.LossScope;
import org.palimpsest.objective.corruption.NoiseRandom;
import org.palimpsest.objective.corruption.Spans;
import org.palimpsest.objective.noise.NoiseMask;
import org.palimpsest.objective.preset.Objectives;

/** Vocabularies and blocks for tests. */
public final class Texts {
  /** As BART's: {@code <s>} 0, {@code <pad>} 1, {@code </s>} 2, {@code <unk>} 3, mask 4. */
  public static final Vocabulary BART =
      Vocabulary.standard(32_000, 256)
          .withNamed(Map.of("[NLU]", 5, "[NLG]", 6, "[S2S]", 7, "<mass>", 8));

  /** The first text id. */
  public static final int FIRST = 100;

  private Texts() {}

  /** One sentence of different tokens. */
  public static TokenBlock plain(long id, int tokens) {
    return TokenBlock.ofSentence(id, IntStream.range(FIRST, FIRST + tokens).toArray());
  }

  /** Sentences of this length, all tokens different. */
  public static TokenBlock sentences(long id, int tokens, int sentence) {
    int[] starts = IntStream.iterate(0, at -> at < tokens, at -> at + sentence).toArray();
    int[] document = tokens == 0 ? new int[0] : new int[] {0};
    return new TokenBlock(id, plain(id, tokens).tokens(), starts, document);
  }

  /** Documents of this length, each but the last closed by {@code </s>}; sentences of 10 tokens. */
  public static TokenBlock documents(long id, int tokens, int document) {
    int[] ids = plain(id, tokens).tokens();
    for (int at = document - 1; at < tokens - 1; at += document) {
      ids[at] = 2;
    }
    int[] documents = IntStream.iterate(0, at -> at < tokens, at -> at + document).toArray();
    int[] sentences = IntStream.range(0, tokens).filter(at -> at % document % 10 == 0).toArray();
    return new TokenBlock(id, ids, sentences, documents);
  }

  public static Corruptor corruptor(Object description, int blockTokens) {
    return Objectives.parse(description).corruptor(BART, blockTokens);
  }

  /** A bench with a T5-style vocabulary of {@code size} ids and this text on it. */
  public static CorruptionContext bench(Frame frame, int size, int... tokens) {
    Vocabulary t5 =
        new Vocabulary(
            size,
            new Vocabulary.Roles(Vocabulary.NONE, 0, 1, Vocabulary.NONE, Vocabulary.NONE, 0),
            Vocabulary.Sentinels.descending(size - 1, 100),
            new BitSet());
    CorruptionContext bench = new CorruptionContext(t5, frame, LossScope.ALL, Vocabulary.NONE);
    bench.into = new DenoisingExample(8);
    bench.into.begin(0, tokens.length);
    bench.draft.load(TokenBlock.ofSentence(0, tokens));
    bench.random.example(1, 0, 0).stage(NoiseRandom.SOURCE);
    bench.beginFates();
    return bench;
  }

  public static byte[] roles(DenoisingExample example) {
    return Arrays.copyOf(example.roles(), example.targetLength());
  }

  public static boolean[] counted(DenoisingExample example) {
    return Arrays.copyOf(example.counted(), example.targetLength());
  }

  public static int[] inputs(DenoisingExample example) {
    return Arrays.copyOf(example.decoderInput(), example.targetLength());
  }

  public static int[] positions(DenoisingExample example) {
    return Arrays.copyOf(example.decoderPositions(), example.targetLength());
  }

  /** Marks spans of a mask on a fresh buffer. */
  public static Spans mark(NoiseMask noise, int words, long example) {
    Spans spans = new Spans();
    NoiseRandom random = new NoiseRandom().example(1, 0, example).stage(NoiseRandom.NOISE);
    noise.marker().mark(words, random, spans);
    return spans;
  }
}
