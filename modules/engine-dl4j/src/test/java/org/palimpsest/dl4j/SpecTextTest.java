package org.palimpsest.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.palimpsest.model.spec.ModelSpec;

class SpecTextTest {
  private static final ModelSpec SPEC = new ModelSpec(50, 16, 32, 2, 1, 2, 32, 0.1, 0, 1, 2, 2);

  /** From a file of an earlier version; files of graphs contain this text. */
  private static final String TEXT =
      """
      {"shape":{"vocabulary":50,"width":16,"headWidth":8,"feedForward":32,"heads":2,"encoderLayers":1,"decoderLayers":2,"positions":32},\
      "architecture":{"norm":"LAYER","placement":"POST","positions":{"kind":"learned"},\
      "activation":"GELU","features":["TIED_HEAD","ATTENTION_SCALE","BIASES","EMBEDDING_NORM"],"epsilon":1.0E-5},\
      "tokens":{"bos":0,"pad":1,"eos":2,"decoderStart":2},\
      "dropouts":{"residual":0.1,"attention":0.0,"activation":0.0},\
      "initialisation":{"kind":"normal","deviation":0.02}}
      """;

  @Test
  void writesTheNamesOfStoredConfigurations() {
    int features = TEXT.indexOf("TIED_HEAD") - 1; // their order varies
    int end = TEXT.indexOf("],");
    assertThat(SpecText.of(SPEC))
        .as("text")
        .startsWith(TEXT.substring(0, features))
        .endsWith(TEXT.substring(end).strip())
        .hasSize(TEXT.strip().length());
  }

  @Test
  void readsTheTextOfStoredConfigurations() {
    assertThat(SpecText.read(TEXT)).as("specification").isEqualTo(SPEC);
  }
}
