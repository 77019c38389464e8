package org.palimpsest.model.spec;

import com.typesafe.config.Config;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Section;
import org.palimpsest.objective.Vocabulary;

/** Reads the section {@code model} of a configuration. */
public final class ModelSettings {
  private final Section section;
  private final ModelSpec preset;

  private ModelSettings(Section section, ModelSpec preset) {
    this.section = section;
    this.preset = preset;
  }

  private enum Encoding {
    LEARNED,
    RELATIVE_BIAS,
    SINUSOIDAL
  }

  private enum Distribution {
    NORMAL,
    T5
  }

  /**
   * The preset that {@code preset} names, with the overrides of the other keys.
   *
   * @param model the section itself, not the configuration around it
   * @throws PalimpsestException of kind CONFIGURATION that names the key
   */
  public static ModelSpec from(Config model, Vocabulary vocabulary) {
    Section section = new Section("model", model);
    ModelSpec preset = ModelPreset.named(section.text("preset")).spec(vocabulary);
    ModelSettings settings = new ModelSettings(section, preset);
    return new ModelSpec(
        settings.shape(vocabulary),
        settings.architecture(),
        settings.tokens(),
        dropouts(section, preset.dropouts()),
        settings.initialization());
  }

  /**
   * The dropout rates of a section.
   *
   * @param usual rates of absent keys
   */
  public static DropoutRates dropouts(Config model, DropoutRates usual) {
    return dropouts(new Section("model", model), usual);
  }

  private static DropoutRates dropouts(Section section, DropoutRates usual) {
    return new DropoutRates(
        fraction(section, "dropout", usual.residual()),
        fraction(section, "attention-dropout", usual.attention()),
        fraction(section, "activation-dropout", usual.activation()));
  }

  private static double fraction(Section section, String key, double usual) {
    return section.has(key) ? section.fraction(key) : usual;
  }

  /**
   * Assignments of every key for a specification, so that a recipe with them defines the same model
   * whatever its preset is. The other special tokens come from the tokenizer.
   */
  public static List<String> assignments(ModelSpec spec) {
    Architecture architecture = spec.architecture();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("vocabulary", spec.vocabulary());
    values.put("width", spec.width());
    values.put("head-width", spec.headWidth());
    values.put("feed-forward", spec.feedForward());
    values.put("heads", spec.heads());
    values.put("encoder-layers", spec.encoderLayers());
    values.put("decoder-layers", spec.decoderLayers());
    values.put("positions", spec.positions());
    values.put("dropout", spec.dropout());
    values.put("attention-dropout", spec.dropouts().attention());
    values.put("activation-dropout", spec.dropouts().activation());
    values.put("norm", Section.kebab(architecture.norm()));
    values.put("norm-placement", Section.kebab(architecture.placement()));
    values.put("position-encoding", Section.kebab(encoding(architecture.positions())));
    if (architecture.positions() instanceof PositionEncoding.RelativeBias bias) {
      values.put("relative-buckets", bias.buckets());
      values.put("relative-max-distance", bias.maxDistance());
      values.put("relative-tables", Section.kebab(bias.tables()));
    } else if (architecture.positions() instanceof PositionEncoding.Sinusoidal waves) {
      values.put("sinusoids", Section.kebab(waves.waves()));
      values.put("first-position", waves.first());
    }
    values.put("activation", Section.kebab(architecture.activation()));
    for (Architecture.Feature feature : Architecture.Feature.values()) {
      values.put(Section.kebab(feature), architecture.has(feature));
    }
    values.put("epsilon", architecture.epsilon());
    values.put("decoder-start", spec.decoderStart());
    if (spec.initialization() instanceof Initialization.Normal normal) {
      values.put("initialisation", Section.kebab(Distribution.NORMAL));
      values.put("initial-deviation", normal.deviation());
      values.put("initial-alignment", normal.alignment());
      values.put("initial-sinusoids", normal.sinusoids());
    } else if (spec.initialization() instanceof Initialization.T5 t5) {
      values.put("initialisation", Section.kebab(Distribution.T5));
      values.put("initial-factor", t5.factor());
    }
    return values.entrySet().stream()
        .map(entry -> "model." + entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  /** Those of the tokenizer; a published model may begin with another one. */
  private SpecialTokens tokens() {
    SpecialTokens usual = preset.tokens();
    return section.has("decoder-start")
        ? usual.withDecoderStart(Math.toIntExact(section.whole("decoder-start", 0)))
        : usual;
  }

  private ModelShape shape(Vocabulary vocabulary) {
    int width = size("width", preset.width());
    int heads = size("heads", preset.heads());
    return new ModelShape(
        rows(vocabulary),
        width,
        size("head-width", headWidth(width, heads)),
        size("feed-forward", preset.feedForward()),
        heads,
        size("encoder-layers", preset.encoderLayers()),
        size("decoder-layers", preset.decoderLayers()),
        size("positions", preset.positions()));
  }

  private int rows(Vocabulary vocabulary) {
    int rows = size("vocabulary", preset.vocabulary());
    if (rows < vocabulary.size() && isText(vocabulary, rows)) {
      throw tooFew(rows, vocabulary);
    }
    return rows;
  }

  /**
   * Requires a row for each entry of a tokenizer, as pre-training needs them.
   *
   * @throws PalimpsestException of kind CONFIGURATION if there are fewer
   */
  public static void requireRows(ModelSpec spec, Vocabulary vocabulary) {
    if (spec.vocabulary() < vocabulary.size()) {
      throw tooFew(spec.vocabulary(), vocabulary);
    }
  }

  private static PalimpsestException tooFew(int rows, Vocabulary vocabulary) {
    return PalimpsestException.configuration(
        "model.vocabulary is "
            + rows
            + ", but the tokenizer has "
            + vocabulary.size()
            + " entries: raise it, or leave it null.");
  }

  /**
   * Whether an entry beyond the rows stands for text. Published models lack rows for special tokens
   * that only their tokenizers have.
   */
  private static boolean isText(Vocabulary vocabulary, int rows) {
    return vocabulary.controlIds().nextClearBit(rows) < vocabulary.size();
  }

  /**
   * The head width: heads that share the width in the preset also share an overridden width;
   * otherwise the preset's head width.
   */
  private int headWidth(int width, int heads) {
    return preset.innerWidth() == preset.width() && !section.has("head-width")
        ? ModelShape.sharedWidth(width, heads)
        : preset.headWidth();
  }

  private Architecture architecture() {
    Architecture usual = preset.architecture();
    return new Architecture(
        choice("norm", usual.norm(), Architecture.Norm.class),
        choice("norm-placement", usual.placement(), Architecture.Placement.class),
        positions(usual.positions()),
        choice("activation", usual.activation(), Architecture.Activation.class),
        features(usual.features()),
        section.has("epsilon") ? section.positive("epsilon") : usual.epsilon());
  }

  private PositionEncoding positions(PositionEncoding usual) {
    PositionEncoding.RelativeBias relative =
        usual instanceof PositionEncoding.RelativeBias bias
            ? bias
            : PositionEncoding.RelativeBias.PUBLISHED;
    PositionEncoding.Sinusoidal waves =
        usual instanceof PositionEncoding.Sinusoidal sinusoidal
            ? sinusoidal
            : new PositionEncoding.Sinusoidal();
    return switch (choice("position-encoding", encoding(usual), Encoding.class)) {
      case LEARNED -> new PositionEncoding.Learned();
      case SINUSOIDAL ->
          new PositionEncoding.Sinusoidal(
              choice("sinusoids", waves.waves(), PositionEncoding.Sinusoidal.Waves.class),
              section.has("first-position")
                  ? Math.toIntExact(section.whole("first-position", 0))
                  : waves.first());
      case RELATIVE_BIAS ->
          new PositionEncoding.RelativeBias(
              size("relative-buckets", relative.buckets()),
              size("relative-max-distance", relative.maxDistance()),
              choice(
                  "relative-tables",
                  relative.tables(),
                  PositionEncoding.RelativeBias.Tables.class));
    };
  }

  private static Encoding encoding(PositionEncoding positions) {
    if (positions instanceof PositionEncoding.Learned) {
      return Encoding.LEARNED;
    }
    return positions instanceof PositionEncoding.Sinusoidal
        ? Encoding.SINUSOIDAL
        : Encoding.RELATIVE_BIAS;
  }

  private Set<Architecture.Feature> features(Set<Architecture.Feature> usual) {
    EnumSet<Architecture.Feature> features = EnumSet.noneOf(Architecture.Feature.class);
    for (Architecture.Feature feature : Architecture.Feature.values()) {
      String key = Section.kebab(feature);
      if (section.has(key) ? section.flag(key) : usual.contains(feature)) {
        features.add(feature);
      }
    }
    return features;
  }

  private Initialization initialization() {
    Initialization usual = preset.initialization();
    Distribution distribution =
        usual instanceof Initialization.Normal ? Distribution.NORMAL : Distribution.T5;
    return switch (choice("initialisation", distribution, Distribution.class)) {
      case NORMAL -> {
        Initialization.Normal published =
            usual instanceof Initialization.Normal normal
                ? normal
                : new Initialization.Normal(Initialization.USUAL_DEVIATION);
        yield new Initialization.Normal(
            number("initial-deviation", published.deviation()),
            atLeastZero("initial-alignment", published.alignment()),
            atLeastZero("initial-sinusoids", published.sinusoids()));
      }
      case T5 -> {
        double factor =
            usual instanceof Initialization.T5 t5
                ? t5.factor()
                : Initialization.T5.PUBLISHED.factor();
        yield new Initialization.T5(number("initial-factor", factor));
      }
    };
  }

  private int size(String key, int usual) {
    return section.has(key) ? section.size(key) : usual;
  }

  private double number(String key, double usual) {
    return section.has(key) ? section.positive(key) : usual;
  }

  private double atLeastZero(String key, double usual) {
    return section.has(key) ? section.atLeastZero(key) : usual;
  }

  private <E extends Enum<E>> E choice(String key, E usual, Class<E> type) {
    return section.has(key) ? section.choice(key, type) : usual;
  }
}
