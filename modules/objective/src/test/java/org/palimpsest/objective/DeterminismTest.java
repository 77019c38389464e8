package org.palimpsest.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.palimpsest.objective.preset.Objectives;

/**
 * Damage is a function of (seed, epoch, example id, block). The checksums are those of every array
 * of 200 examples: a change of one of them means that a run which is resumed with this version
 * would see other noise than before, and needs a word in the release notes.
 */
class DeterminismTest {
  private static final Map<String, Long> CHECKSUMS =
      checksums(
          "autoencoder", 584893176L,
          "bart", 3228254698L,
          "bert-style", 1795328549L,
          "deshuffling", 3304832992L,
          "document-rotation", 476315245L,
          "mass", 1042039265L,
          "prefix-lm", 1781647430L,
          "sentence-permutation", 2078350752L,
          "t5", 1653196066L,
          "text-infilling", 4231250032L,
          "token-deletion", 1933518853L,
          "token-masking", 157246401L,
          "ul2", 2381890673L,
          "iid_15_g_f", 996741778L,
          "reg_2-5_25_s_s", 3779855970L);

  private static Map<String, Long> checksums(Object... namesAndValues) {
    Map<String, Long> map = new LinkedHashMap<>();
    for (int at = 0; at < namesAndValues.length; at += 2) {
      map.put((String) namesAndValues[at], (Long) namesAndValues[at + 1]);
    }
    return map;
  }

  static List<String> names() {
    return List.copyOf(CHECKSUMS.keySet());
  }

  private static TokenBlock block(int id) {
    return id % 2 == 0 ? Texts.sentences(id, 100 + id, 12) : Texts.documents(id, 100 + id, 40);
  }

  private static void add(CRC32 sum, DenoisingExample example) {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + 4 * example.sourceLength() + 14 * example.targetLength());
    bytes.putInt(example.spans()).putInt(example.sourceLength());
    for (int token : example.sourceTokens()) {
      bytes.putInt(token);
    }
    for (int at = 0; at < example.targetLength(); at++) {
      bytes.putInt(example.target()[at]).putInt(example.decoderInput()[at]);
      bytes.putInt(example.decoderPositions()[at]);
      bytes.put(example.roles()[at]).put((byte) (example.counted()[at] ? 1 : 0));
    }
    sum.update(bytes.flip());
  }

  private static long checksum(String name) {
    Corruptor corruptor = Texts.corruptor(name, 512);
    CRC32 sum = new CRC32();
    DenoisingExample example = new DenoisingExample(16);
    for (int id = 0; id < 200; id++) {
      corruptor.corrupt(block(id), 42, id % 3, example);
      add(sum, example);
    }
    return sum.getValue();
  }

  @ParameterizedTest
  @MethodSource("names")
  void examplesAreTheSameInEveryVersion(String name) {
    assertThat(checksum(name)).isEqualTo(CHECKSUMS.get(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void neitherOrderNorThreadsNorBuffersMatter(String name) {
    Objective objective = Objectives.parse(name);
    Corruptor one = objective.corruptor(Texts.BART, 512);
    DenoisingExample used = new DenoisingExample(0);
    List<int[]> forward =
        IntStream.range(0, 60)
            .mapToObj(
                id -> {
                  one.corrupt(block(id), 42, 1, used);
                  return used.sourceTokens();
                })
            .toList();
    List<int[]> parallel =
        IntStream.range(0, 60)
            .parallel()
            .mapToObj(
                id -> objective.corruptor(Texts.BART, 512).corrupt(block(id), 42, 1).sourceTokens())
            .toList();
    for (int id = 59; id >= 0; id--) {
      one.corrupt(block(id), 42, 1, used);
      assertThat(used.sourceTokens()).isEqualTo(forward.get(id)).isEqualTo(parallel.get(id));
    }
  }

  @Test
  void anotherEpochOrSeedIsAnotherExample() {
    Corruptor corruptor = Texts.corruptor("bart", 512);
    int[] first = corruptor.corrupt(block(8), 42, 0).sourceTokens();
    assertThat(corruptor.corrupt(block(8), 42, 1).sourceTokens()).isNotEqualTo(first);
    assertThat(corruptor.corrupt(block(8), 43, 0).sourceTokens()).isNotEqualTo(first);
    assertThat(corruptor.corrupt(block(8), 42, 1).targetTokens())
        .isEqualTo(corruptor.corrupt(block(8), 42, 0).targetTokens());
  }

  @Test
  void anotherNoiseLeavesTheOrderOfSentencesAsItWas() {
    Object silent = Map.of("preset", "bart", "noise", Map.of("density", 0));
    Object whole = Map.of("preset", "sentence-permutation");
    int[] permuted = Texts.corruptor(whole, 512).corrupt(block(8), 42, 0).sourceTokens();
    assertThat(Texts.corruptor(silent, 512).corrupt(block(8), 42, 0).sourceTokens())
        .isEqualTo(permuted);
  }
}
