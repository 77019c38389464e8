package org.palimpsest.evaluation.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Unwanted;

/** What decoding takes from a generation_config.json. */
class GenerationSettingsTest {
  private static final Map<String, Object> OF_A_SUMMARIZER =
      Map.of(
          "forced_bos_token_id", 0,
          "num_beams", 4,
          "length_penalty", 2.5,
          "max_length", 62,
          "min_length", 11,
          "early_stopping", true,
          "no_repeat_ngram_size", 3,
          "repetition_penalty", 1.0,
          "bad_words_ids", List.of(List.of(7), List.of(8, 9)));

  @Test
  void takesWhatItCan() {
    DecodingOptions options = generation(OF_A_SUMMARIZER).decoding(Optional.empty(), 1);

    assertThat(options.beams()).isEqualTo(4);
    assertThat(options.lengthPenalty()).isEqualTo(2.5);
    assertThat(options.maxLength()).isEqualTo(61);
    assertThat(options.minLength()).isEqualTo(10);
    assertThat(options.prefix()).containsExactly(0);
    assertThat(options.banned().stream()).containsExactly(7);
    assertThat(options.end()).isEqualTo(DecodingOptions.End.WHEN_ENOUGH);
    assertThat(options.unwanted()).isEqualTo(new Unwanted(3, List.of(List.of(8, 9))));
  }

  @Test
  void theUserOverrulesTheBeams() {
    assertThat(generation(OF_A_SUMMARIZER).decoding(Optional.of(1), 1).beams()).isEqualTo(1);
  }

  @Test
  void theUserOverrulesTheLongestLength() {
    DecodingOptions options =
        generation(OF_A_SUMMARIZER).decoding(Optional.empty(), 1, Optional.of(6));

    assertThat(options.maxLength()).isEqualTo(6);
    assertThat(options.minLength()).isEqualTo(6);
    assertThat(options.beams()).isEqualTo(4);
  }

  @Test
  void aLongestLengthBeyondTheModelIsNone() {
    assertThat(generation(Map.of("max_length", 128)).decoding(Optional.empty(), 1).maxLength())
        .isEqualTo(128);
    assertThat(generation(Map.of()).decoding(Optional.empty(), 1))
        .isEqualTo(DecodingOptions.greedy(128));
  }

  @Test
  void newTokensDoNotCountTheFirstInput() {
    Map<String, Object> settings = Map.of("max_new_tokens", 20, "min_new_tokens", 5);
    DecodingOptions options = generation(settings).decoding(Optional.empty(), 1);

    assertThat(options.maxLength()).isEqualTo(20);
    assertThat(options.minLength()).isEqualTo(5);
  }

  @Test
  void tellsWhatItCannotUse() {
    assertThat(generation(OF_A_SUMMARIZER).unused()).isEmpty();
    assertThat(
            generation(Map.of("early_stopping", "never", "repetition_penalty", 1.5, "min_p", 0.1))
                .unused())
        .contains(
            "The generation_config.json of m is kept, but decoding here does not use"
                + " early_stopping never, min_p, repetition_penalty.");
    assertThat(generation(Map.of("do_sample", false, "num_beam_groups", 1)).unused()).isEmpty();
  }

  @Test
  void anIdThatIsNoneIsRefused() {
    assertThatThrownBy(
            () -> generation(Map.of("forced_bos_token_id", "x")).decoding(Optional.empty(), 1))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The generation_config.json of m has forced_bos_token_id x, which is no whole number of"
                + " at least 0: correct it.");
  }

  private static Generation generation(Map<String, Object> settings) {
    return new Generation(settings, "m", 128);
  }
}
