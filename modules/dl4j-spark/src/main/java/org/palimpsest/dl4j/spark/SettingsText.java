package org.palimpsest.dl4j.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.dl4j.spark.session.MasterSettings;

/**
 * Settings of a training master as text, in the format of a Deeplearning4j mapper.
 *
 * @param mapper of JSON or YAML
 */
record SettingsText(ObjectMapper mapper) {

  String of(MasterSettings settings) {
    try {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("@class", OuterLoopTrainingMaster.class.getName());
      map.putAll(settings.toMap());
      return mapper.writeValueAsString(map);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain values by name are always writable
    }
  }

  /**
   * Reads the text of {@link #of}.
   *
   * @throws PalimpsestException of kind CONFIGURATION for any other text
   */
  @SuppressWarnings("unchecked")
  MasterSettings read(String text) {
    try {
      return MasterSettings.fromMap(mapper.readValue(text, Map.class));
    } catch (JsonProcessingException | RuntimeException e) {
      throw new PalimpsestException(
          Kind.CONFIGURATION, "This text does not describe an OuterLoopTrainingMaster: " + text, e);
    }
  }
}
