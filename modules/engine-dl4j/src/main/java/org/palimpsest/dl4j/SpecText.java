package org.palimpsest.dl4j;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.Initialization;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.PositionEncoding;

/**
 * A specification as text, for Deeplearning4j's configurations, whose own Jackson does not support
 * records.
 */
final class SpecText {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(ModelSpec.class, Names.class)
          .addMixIn(PositionEncoding.class, Positions.class)
          .addMixIn(Initialization.class, Initializations.class)
          .addMixIn(Initialization.Normal.class, NormalNames.class)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private SpecText() {}

  /** Names of properties in stored configurations. */
  private interface Names {
    @JsonProperty("initialisation")
    Initialization initialization();
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = PositionEncoding.Learned.class, name = "learned"),
    @JsonSubTypes.Type(value = PositionEncoding.Sinusoidal.class, name = "sinusoidal"),
    @JsonSubTypes.Type(value = PositionEncoding.RelativeBias.class, name = "relative-bias")
  })
  private interface Positions {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Initialization.Normal.class, name = "normal"),
    @JsonSubTypes.Type(value = Initialization.T5.class, name = "t5")
  })
  private interface Initializations {}

  /** Written only if they are set, so that earlier versions read the other specifications. */
  private interface NormalNames {
    @JsonProperty("alignment")
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    double alignment();

    @JsonProperty("sinusoids")
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    double sinusoids();
  }

  static String of(ModelSpec spec) {
    try {
      return MAPPER.writeValueAsString(spec);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A specification is not writable as JSON.", e);
    }
  }

  /** Reads what {@link #of} wrote. */
  static ModelSpec read(String text) {
    try {
      ModelSpec spec = text == null ? null : MAPPER.readValue(text, ModelSpec.class);
      if (spec == null) {
        throw missing("it is not set", null);
      }
      return spec;
    } catch (JsonProcessingException e) {
      throw missing(e.getOriginalMessage(), e);
    }
  }

  private static PalimpsestException missing(String why, Exception cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        "The graph's configuration has no model specification ("
            + why
            + "): restore a graph that this version wrote.",
        cause);
  }
}
