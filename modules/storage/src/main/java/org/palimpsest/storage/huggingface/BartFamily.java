package org.palimpsest.storage.huggingface;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.Architecture.Placement;
import org.palimpsest.model.spec.PositionEncoding;
import org.palimpsest.model.spec.PositionEncoding.Sinusoidal.Waves;
import org.palimpsest.model.spec.SpecialTokens;
import org.palimpsest.objective.Vocabulary;

/**
 * The families of Hugging Face's models whose files name tensors as BART's do: what their classes
 * compute, and what they assume where a {@code config.json} says nothing.
 */
enum BartFamily {
  BART("bart", "BartForConditionalGeneration", Objective.DENOISING, Placement.POST, learned()) {
    @Override
    Set<Feature> features() {
      return with(Feature.EMBEDDING_NORM);
    }
  },
  MBART("mbart", "MBartForConditionalGeneration", Objective.DENOISING, Placement.PRE, learned()) {
    @Override
    Set<Feature> features() {
      return with(Feature.EMBEDDING_NORM);
    }
  },
  PLBART(
      "plbart", "PLBartForConditionalGeneration", Objective.DENOISING, Placement.POST, learned()) {
    @Override
    Set<Feature> features() {
      return with(Feature.EMBEDDING_NORM);
    }

    @Override
    boolean scalesEmbedding() {
      return true;
    }

    @Override
    double attentionDropout() {
      return DROPOUT;
    }
  },
  PEGASUS(
      "pegasus",
      "PegasusForConditionalGeneration",
      Objective.PAIRS,
      Placement.PRE,
      waves(Waves.VASWANI, 0)) {
    @Override
    boolean storesSinusoids() {
      return true;
    }

    @Override
    SpecialTokens tokens() {
      return new SpecialTokens(Vocabulary.NONE, 0, 1, 0);
    }
  },
  MARIAN("marian", "MarianMTModel", Objective.PAIRS, Placement.POST, waves(Waves.VASWANI, 0)) {
    @Override
    SpecialTokens tokens() {
      return new SpecialTokens(Vocabulary.NONE, 58_100, 0, 58_100);
    }
  },
  M2M_100(
      "m2m_100",
      "M2M100ForConditionalGeneration",
      Objective.PAIRS,
      Placement.PRE,
      waves(Waves.TENSOR2TENSOR, 2)) {
    @Override
    boolean scalesEmbedding() {
      return true;
    }

    @Override
    boolean hasLogitsBias() {
      return false;
    }

    @Override
    String activation() {
      return "relu";
    }

    @Override
    double attentionDropout() {
      return DROPOUT;
    }
  },
  BLENDERBOT(
      "blenderbot",
      "BlenderbotForConditionalGeneration",
      Objective.PAIRS,
      Placement.PRE,
      learned()) {
    @Override
    int unusedPositions() {
      return 0;
    }

    @Override
    SpecialTokens tokens() {
      return new SpecialTokens(1, 0, 2, 1);
    }
  },
  BLENDERBOT_SMALL(
      "blenderbot-small",
      "BlenderbotSmallForConditionalGeneration",
      Objective.PAIRS,
      Placement.POST,
      learned()) {
    @Override
    Set<Feature> features() {
      return with(Feature.EMBEDDING_NORM, Feature.DECODER_POSITIONS_AFTER_NORM);
    }

    @Override
    int unusedPositions() {
      return 0;
    }

    @Override
    SpecialTokens tokens() {
      return new SpecialTokens(1, 0, 2, 1);
    }
  };

  /** The rate of classes that have one where a config has none. */
  static final double DROPOUT = 0.1;

  private final String type;
  private final String className;
  private final Objective objective;
  private final Placement placement;

  @SuppressWarnings("ImmutableEnumChecker") // All encodings are records of numbers.
  private final PositionEncoding positions;

  BartFamily(
      String type,
      String className,
      Objective objective,
      Placement placement,
      PositionEncoding positions) {
    this.type = type;
    this.className = className;
    this.objective = objective;
    this.placement = placement;
    this.positions = positions;
  }

  private enum Objective {
    DENOISING,
    PAIRS
  }

  private static PositionEncoding learned() {
    return new PositionEncoding.Learned();
  }

  private static PositionEncoding waves(Waves waves, int first) {
    return new PositionEncoding.Sinusoidal(waves, first);
  }

  private static Set<Feature> with(Feature... features) {
    EnumSet<Feature> all = EnumSet.of(Feature.BIASES, Feature.TIED_HEAD, Feature.ATTENTION_SCALE);
    all.addAll(Set.of(features));
    return all;
  }

  /** Returns the {@code model_type}. */
  String type() {
    return type;
  }

  String className() {
    return className;
  }

  /** Returns what published models were trained for. */
  Object objective() {
    return objective == Objective.PAIRS ? Map.of("fine-tuned", "bart", "prefix", "") : "bart";
  }

  /** Returns the components that all models of the family have, and the tied head. */
  Set<Feature> features() {
    return with();
  }

  /** Returns the architecture without what a config chooses: activation, scale, ties, bias. */
  Architecture architecture() {
    return new Architecture(
        Architecture.Norm.LAYER,
        placement,
        positions,
        Architecture.Activation.GELU,
        features(),
        Architecture.BART.epsilon());
  }

  /** Returns the special tokens of a config that names none. */
  SpecialTokens tokens() {
    return new SpecialTokens(0, 1, 2, 2);
  }

  /** Whether a config that says nothing scales the token embedding. */
  boolean scalesEmbedding() {
    return false;
  }

  /** Returns the activation of a config that names none. */
  String activation() {
    return "gelu";
  }

  /** Returns the rate of a config that has none. */
  double attentionDropout() {
    return 0;
  }

  /** Whether files hold a constant bias of the logits. */
  boolean hasLogitsBias() {
    return true;
  }

  /** Returns the number of rows before position 0 in a stored table of learned positions. */
  int unusedPositions() {
    return 2;
  }

  /** Whether Hugging Face tells of missing keys if a file has no table of sinusoids. */
  boolean storesSinusoids() {
    return false;
  }

  boolean isPreNorm() {
    return placement == Placement.PRE;
  }

  boolean hasLearnedPositions() {
    return positions instanceof PositionEncoding.Learned;
  }
}
