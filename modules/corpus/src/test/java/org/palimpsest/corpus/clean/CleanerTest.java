package org.palimpsest.corpus.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.text.CleaningCounts;
import org.palimpsest.corpus.text.Document;

class CleanerTest {
  private static CleaningSettings settings(String hocon) {
    Config defaults = ConfigFactory.defaultReference().getConfig("corpus.clean");
    return CleaningSettings.from(ConfigFactory.parseString(hocon).withFallback(defaults));
  }

  private static String clean(String hocon, String text, CleaningCounts counts) {
    Document cleaned = new Cleaner(settings(hocon)).clean(new Document("s", "0", text), counts);
    return cleaned == null ? null : cleaned.text();
  }

  @Test
  void normalizesCharactersAndKeepsAllDocumentsByDefault() {
    CleaningCounts counts = CleaningCounts.none();
    assertThat(clean("", "Cafe\u0301\0au  lait", counts)).isEqualTo("Café au  lait");
    assertThat(clean("", "...", counts)).isEqualTo("...");
    assertThat(counts.counts())
        .containsExactlyEntriesOf(
            new java.util.TreeMap<>(Map.of("control-characters", 1L, "unicode", 1L)));
    assertThat(counts.leftOut()).isZero();
  }

  @Test
  void changesNothingIfAllStepsAreOff() {
    Document document = new Document("s", "0", "e\u0301\0  x", 2);
    CleaningCounts counts = CleaningCounts.none();
    assertThat(new Cleaner(CleaningSettings.none()).clean(document, counts)).isEqualTo(document);
    assertThat(counts.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "min-characters = 5 | four | four5 | min-characters",
        "max-characters = 4 | five5 | four | max-characters",
        "min-letter-share = 0.6 | a-b-- | abc-- | min-letter-share",
        "max-repeated-run = 4 | yes!!!!! | yes!!!! | max-repeated-run",
        "max-repeated-lines = 0.4 | a;a;b;b | a;a;b;c | max-repeated-lines",
        "white-space = collapse, min-characters = 4 | a   b | ab  cd | min-characters",
      })
  void limitsRemoveAndCountDocuments(String rule, String bad, String good, String step) {
    CleaningCounts counts = CleaningCounts.none();
    assertThat(clean(rule, bad.replace(';', '\n'), counts)).isNull();
    assertThat(counts.counts()).containsEntry(step, 1L);
    assertThat(counts.leftOut()).isEqualTo(1);
    assertThat(clean(rule, good.replace(';', '\n'), counts)).isNotNull();
    assertThat(counts.counts()).containsEntry(step, 1L);
  }

  @Test
  void removesATextThatBecomesEmpty() {
    CleaningCounts counts = CleaningCounts.none();
    assertThat(clean("", "\uFEFF\uFFFF", counts)).isNull();
    assertThat(counts.counts()).containsEntry("empty", 1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unicode = nfd|corpus.clean.unicode 'nfd' is unknown: use one of keep, nfc, nfkc.",
        "duplicates = all|corpus.clean.duplicates 'all' is unknown: use one of keep, exact, near.",
        "min-letter-share = 2|corpus.clean.min-letter-share must be between 0 and 1, but is 2.0.",
        "max-characters = 3, min-characters = 4|corpus.clean.max-characters must be 0 or at least min-characters, but is 3.",
        "near-duplicates.threshold = 0.1|corpus.clean.near-duplicates.threshold must be between 0.3 and 1, but is 0.1.",
        "near-duplicates.hashes = 8|corpus.clean.near-duplicates.hashes must be between 16 and 1024, but is 8.",
        "min-characters = many|corpus.clean.min-characters is many, but must be a whole number of at least 0.",
      })
  void refusesInvalidValues(String hocon, String message) {
    assertThatThrownBy(() -> settings(hocon))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(message);
  }
}
