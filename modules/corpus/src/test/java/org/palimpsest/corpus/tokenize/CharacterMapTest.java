package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.ImportedTokenizers;
import org.palimpsest.corpus.PrecompiledMaps;

/** Maps of characters, of which a damaged one would end the process. */
class CharacterMapTest {
  private static Tokenizer tokenizer(String normalizer) {
    String json =
        new String(ImportedTokenizers.unigram().file().json(), StandardCharsets.UTF_8)
            .replace("{\"type\": \"NFKC\"}", normalizer);
    assertThat(json).contains(normalizer);
    return new Tokenizer(new TokenizerFile(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static void assertRefused(String normalizer) {
    assertThatThrownBy(() -> tokenizer(normalizer))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The tokenizer has a damaged precompiled_charsmap: set tokenizer.path to a Hugging Face"
                + " tokenizer.json.");
  }

  @Test
  void aSoundMapReplacesCharacters() {
    Tokenizer tokenizer =
        tokenizer(PrecompiledMaps.normalizer(PrecompiledMaps.replacing('t', "h")));
    assertThat(tokenizer.decode(tokenizer.encode("the tot"))).isEqualTo("hhe hoh");
  }

  @Test
  void refusesAMapThatIsShorterThanItsTrie() {
    byte[] map = PrecompiledMaps.replacing('t', "h");
    assertRefused(PrecompiledMaps.normalizer(Arrays.copyOf(map, 1000)));
  }

  @Test
  void refusesATrieThatLeadsOutside() {
    assertRefused(PrecompiledMaps.normalizer(PrecompiledMaps.ofUnits(0)));
    int[] units = new int[256];
    units['t'] = 't' | (1 << 18);
    assertRefused(PrecompiledMaps.normalizer(PrecompiledMaps.ofUnits(units)));
  }

  @Test
  void refusesAReplacementOutside() {
    assertRefused(PrecompiledMaps.normalizer(PrecompiledMaps.replacingFrom('t', 5000, "h")));
  }

  @Test
  void refusesAReplacementInsideACharacter() {
    assertRefused(PrecompiledMaps.normalizer(PrecompiledMaps.replacingFrom('t', 1, "ü")));
  }

  @Test
  void refusesReplacementsThatAreNotUtf8() {
    byte[] map = PrecompiledMaps.replacing('t', "h");
    map[map.length - 2] = (byte) 0xFF;
    assertRefused(PrecompiledMaps.normalizer(map));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "\"AA==\"", "\"AAAA\"", "\"%\"", "5", "null"})
  void refusesWhatIsNoMap(String map) {
    assertRefused(
        "{\"type\": \"Precompiled\"%s}"
            .formatted(map.isEmpty() ? "" : ", \"precompiled_charsmap\": " + map));
  }

  /** The native library refuses bits that Java ignores. */
  @Test
  void refusesUnusualBase64() {
    byte[] map = PrecompiledMaps.replacing('t', "hh");
    String base64 = Base64.getEncoder().encodeToString(map);
    assertThat(base64).endsWith("=");
    assertRefused(PrecompiledMaps.normalizer(base64.replace("=", "")));
  }
}
