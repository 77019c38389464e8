package org.palimpsest.tasks.finetuning;

import com.typesafe.config.Config;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;

/**
 * Which pairs there are to learn from, of the section {@code finetune}.
 *
 * @param inputs files, folders and globs
 * @param format what they hold
 * @param sourceField field or column that is read
 * @param targetField field or column that shall be written
 * @param prefix put before every source
 * @param validationShare share of pairs held out
 * @param maxRejected share of records that may be unusable
 * @param maxSource longest source in tokens, frame included; longer ones are cut
 * @param maxTarget longest target in tokens, frame included; longer ones are cut
 * @param seed key of hold-out and order
 */
record PairSettings(
    List<String> inputs,
    Format format,
    String sourceField,
    String targetField,
    String prefix,
    double validationShare,
    double maxRejected,
    int maxSource,
    int maxTarget,
    long seed)
    implements Serializable {

  /** What files hold. */
  enum Format {
    /** By the files' suffix. */
    AUTO,
    JSONL,
    PARQUET,
    CSV,
    TSV
  }

  PairSettings {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty()) {
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

  /** Reads the section; lengths that it leaves open are the model's {@code positions}. */
  static PairSettings from(Config finetune, int positions, long seed) {
    Section section = new Section("finetune", finetune);
    return new PairSettings(
        section.texts("input"),
        section.choice("format", Format.class),
        section.text("source-field"),
        section.text("target-field"),
        section.text("prefix"),
        section.fraction("validation-share"),
        section.fraction("max-rejected"),
        length(section, "max-source-tokens", positions),
        length(section, "max-target-tokens", positions),
        seed);
  }

  private static int length(Section section, String key, int positions) {
    int length = section.has(key) ? section.size(key) : positions;
    if (length < 3 || length > positions) {
      throw PalimpsestException.configuration(
          "finetune."
              + key
              + " is "
              + length
              + ", but must lie between 3 and the model's "
              + positions
              + " positions.");
    }
    return length;
  }

  /** What decides the stored pairs, by configuration key. */
  Map<String, String> identity(String tokenizer) {
    Map<String, String> values = new TreeMap<>();
    values.put("finetune.input", String.join(", ", inputs));
    values.put("finetune.format", Section.kebab(format));
    values.put("finetune.source-field", sourceField);
    values.put("finetune.target-field", targetField);
    values.put("finetune.prefix", prefix);
    values.put("finetune.validation-share", Double.toString(validationShare));
    values.put("finetune.max-source-tokens", Integer.toString(maxSource));
    values.put("finetune.max-target-tokens", Integer.toString(maxTarget));
    values.put("seed", Long.toString(seed));
    values.put("tokenizer", tokenizer);
    return values;
  }
}
