package org.palimpsest.evaluation.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.DecodingOptions.End;
import org.palimpsest.model.Unwanted;

/**
 * How a model's {@code generation_config.json} wants its texts to be decoded, as far as decoding
 * can here.
 *
 * @param settings its keys
 * @param origin the model, for messages
 * @param positions length of the longest text
 */
public record Generation(Map<String, Object> settings, String origin, int positions)
    implements Serializable {

  private static final String EARLY = "early_stopping";

  /** A value of it. */
  private static final String NEVER = "never";

  /** The keys that change texts, and that decoding has no option for. */
  private static final Set<String> UNUSED =
      Set.of(
          "begin_suppress_tokens",
          "diversity_penalty",
          "do_sample",
          "encoder_no_repeat_ngram_size",
          "encoder_repetition_penalty",
          "epsilon_cutoff",
          "eta_cutoff",
          "exponential_decay_length_penalty",
          "forced_decoder_ids",
          "guidance_scale",
          "min_p",
          "num_beam_groups",
          "penalty_alpha",
          "repetition_penalty",
          "sequence_bias",
          "typical_p");

  public Generation {
    settings = Map.copyOf(settings);
  }

  /** That of a model. */
  public static Generation of(TrainedModel model) {
    return new Generation(model.generation(), model.origin(), model.spec().positions());
  }

  /** One sentence about the keys that are kept, but that decoding here cannot use. */
  public Optional<String> unused() {
    TreeSet<String> keys = new TreeSet<>();
    settings.forEach(
        (key, value) -> {
          if (UNUSED.contains(key) && changesTexts(key, value)) {
            keys.add(key);
          }
        });
    if (NEVER.equals(settings.get(EARLY))) {
      keys.add(EARLY + " " + NEVER);
    }
    return keys.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The generation_config.json of "
                + origin
                + " is kept, but decoding here does not use "
                + String.join(", ", keys)
                + ".");
  }

  /** Groups and penalties are neutral at 1, everything else at 0 or false. */
  private static boolean changesTexts(String key, Object value) {
    boolean factor =
        key.endsWith("repetition_penalty")
            || key.equals("num_beam_groups")
            || key.equals("typical_p")
            || key.equals("guidance_scale");
    if (value instanceof Number number) {
      return number.doubleValue() != (factor ? 1 : 0);
    }
    return !value.equals(false) && !value.equals(List.of());
  }

  /**
   * Beam search or greedy decoding as the model wants it.
   *
   * @param beams of the user, if given
   * @param best texts that the user asks for
   */
  public DecodingOptions decoding(Optional<Integer> beams, int best) {
    return decoding(beams, best, Optional.empty());
  }

  /**
   * As {@link #decoding(Optional, int)}, with a longest text of the user.
   *
   * @param longest in tokens, if given
   */
  public DecodingOptions decoding(Optional<Integer> beams, int best, Optional<Integer> longest) {
    int width = beams.orElse(Math.max(best, number("num_beams").orElse(1)));
    double penalty =
        settings.get("length_penalty") instanceof Number number ? number.doubleValue() : 1;
    return constrained(new DecodingOptions(longest.orElseGet(this::longest), width, penalty));
  }

  /** Options with the forced, forbidden and shortest texts of the model. */
  public DecodingOptions constrained(DecodingOptions options) {
    DecodingOptions constrained =
        options
            .withMinLength(Math.min(shortest(), options.maxLength()))
            .withBanned(banned())
            .without(unwanted())
            .endingWhen(
                Boolean.TRUE.equals(settings.get(EARLY))
                    ? End.WHEN_ENOUGH
                    : End.WHEN_NONE_IS_BETTER);
    Optional<Integer> first = number("forced_bos_token_id");
    return first.isPresent() ? constrained.withPrefix(List.of(first.get())) : constrained;
  }

  /** Hugging Face's lengths count the first input of the decoder. */
  private int longest() {
    Optional<Integer> more = number("max_new_tokens");
    Optional<Integer> all = number("max_length");
    int longest = more.or(() -> all.map(length -> length - 1)).orElse(positions);
    return longest < 1 || longest >= positions - 1 ? positions : longest;
  }

  private int shortest() {
    return Math.max(
        0, number("min_new_tokens").or(() -> number("min_length").map(n -> n - 1)).orElse(0));
  }

  private BitSet banned() {
    BitSet banned = new BitSet();
    for (List<Integer> word : bannedWords()) {
      if (word.size() == 1) {
        banned.set(word.get(0));
      }
    }
    ids(settings.get("suppress_tokens")).forEach(banned::set);
    return banned;
  }

  private Unwanted unwanted() {
    return new Unwanted(
        number("no_repeat_ngram_size").orElse(0),
        bannedWords().stream().filter(word -> word.size() > 1).toList());
  }

  private List<List<Integer>> bannedWords() {
    List<List<Integer>> words = new ArrayList<>();
    if (settings.get("bad_words_ids") instanceof List<?> list) {
      list.forEach(word -> words.add(ids(word)));
    }
    return words;
  }

  private List<Integer> ids(Object value) {
    List<Integer> ids = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object id : list) {
        if (!(id instanceof Integer whole) || whole < 0) {
          throw refused("an id '" + id + "'");
        }
        ids.add(whole);
      }
    }
    return ids;
  }

  private Optional<Integer> number(String key) {
    Object value = settings.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof Integer whole) || whole < 0) {
      throw refused(key + " " + value);
    }
    return Optional.of(whole);
  }

  private PalimpsestException refused(String what) {
    return PalimpsestException.input(
        "The generation_config.json of "
            + origin
            + " has "
            + what
            + ", which is no whole number of at least 0: correct it.");
  }
}
