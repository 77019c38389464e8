package org.palimpsest.tasks.finetuning;

import com.typesafe.config.Config;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.palimpsest.base.Section;

/**
 * Which pairs a model is fine-tuned on: the section {@code finetune}.
 *
 * @param input the files and their fields
 * @param prefix text before every source
 * @param limits the longest source and target
 * @param validationShare share of pairs held out
 * @param maxRejected largest share of records that may be rejected
 * @param seed key of hold-out and order
 */
record PairSettings(
    Input input,
    String prefix,
    Limits limits,
    double validationShare,
    double maxRejected,
    long seed)
    implements Serializable {

  /** File formats. */
  enum Format {
    /** Determined by the suffix of the files' names. */
    AUTO,
    JSONL,
    PARQUET,
    CSV,
    TSV
  }

  /**
   * The files and their fields.
   *
   * @param paths files, folders and globs
   * @param format their format
   * @param sourceField field or column of the source
   * @param targetField field or column of the target
   */
  record Input(List<String> paths, Format format, String sourceField, String targetField)
      implements Serializable {

    Input {
      paths = List.copyOf(paths);
      if (paths.isEmpty()) {
        throw PalimpsestException.configuration(
            "finetune.input is empty: name files of pairs (JSON lines, Parquet, CSV or TSV).");
      }
      if (sourceField.equals(targetField)) {
        throw PalimpsestException.configuration(
            "finetune.source-field and finetune.target-field are both '"
                + sourceField
                + "': name two fields.");
      }
    }
  }

  /**
   * The longest texts, in tokens including {@code <s>} and {@code </s>}; longer ones are truncated.
   */
  record Limits(int source, int target) implements Serializable {}

  /** Reads the section; lengths that it does not set are the model's {@code positions}. */
  static PairSettings from(Config finetune, int positions, long seed) {
    Section section = new Section("finetune", finetune);
    return new PairSettings(
        new Input(
            section.texts("input"),
            section.choice("format", Format.class),
            section.text("source-field"),
            section.text("target-field")),
        section.text("prefix"),
        new Limits(
            length(section, "max-source-tokens", positions),
            length(section, "max-target-tokens", positions)),
        section.fraction("validation-share"),
        section.fraction("max-rejected"),
        seed);
  }

  List<String> inputs() {
    return input.paths();
  }

  Format format() {
    return input.format();
  }

  String sourceField() {
    return input.sourceField();
  }

  String targetField() {
    return input.targetField();
  }

  /** Returns the length of the longest source in tokens. */
  int maxSource() {
    return limits.source();
  }

  /** Returns the length of the longest target in tokens. */
  int maxTarget() {
    return limits.target();
  }

  private static int length(Section section, String key, int positions) {
    int length = section.has(key) ? section.size(key) : positions;
    if (length < 3 || length > positions) {
      throw PalimpsestException.configuration(
          "finetune."
              + key
              + " is "
              + length
              + ", but must be between 3 and the model's "
              + positions
              + " positions.");
    }
    return length;
  }

  /** Returns the settings that determine the encoded pairs, by configuration key. */
  Map<String, String> identity(PairTokenizers tokenizers) {
    Map<String, String> values = new TreeMap<>();
    values.put("finetune.input", Secrets.redacted(String.join(", ", inputs())));
    values.put("finetune.format", Section.kebab(format()));
    values.put("finetune.source-field", sourceField());
    values.put("finetune.target-field", targetField());
    values.put("finetune.prefix", prefix);
    values.put("finetune.validation-share", Double.toString(validationShare));
    values.put("finetune.max-source-tokens", Integer.toString(maxSource()));
    values.put("finetune.max-target-tokens", Integer.toString(maxTarget()));
    values.put("seed", Long.toString(seed));
    values.putAll(tokenizers.identity());
    return values;
  }
}
