package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;

/**
 * The tokens around a text, as the {@code post_processor} of a {@code tokenizer.json} tells other
 * tools.
 *
 * @param frame the ids
 */
record Framing(TextFrame frame) {
  private static final String PROCESSOR = "post_processor";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A tokenizer without what it puts around texts. */
  static JsonNode without(byte[] tokenizer) {
    JsonNode tree = tree(tokenizer);
    if (tree instanceof ObjectNode object) {
      object.remove(PROCESSOR);
    }
    return tree;
  }

  /** The content of a tokenizer with this framing; its own bytes if it has it. */
  byte[] of(Tokenizer tokenizer) {
    byte[] json = tokenizer.file().json();
    if (Arrays.equals(ids(), tokenizer.frame())) {
      return json;
    }
    ObjectNode tree = (ObjectNode) tree(json);
    tree.set(PROCESSOR, processor(tokenizer));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private int[] ids() {
    return frame.around(new int[0]);
  }

  private ObjectNode processor(Tokenizer tokenizer) {
    ObjectNode processor = JSON.createObjectNode().put("type", "TemplateProcessing");
    template(processor.putArray("single"), tokenizer, "A");
    template(processor.putArray("pair"), tokenizer, "A", "B");
    ObjectNode specials = processor.putObject("special_tokens");
    for (int id : Arrays.stream(ids()).distinct().toArray()) {
      String token = tokenizer.token(id);
      ObjectNode special = specials.putObject(token).put("id", token);
      special.putArray("ids").add(id);
      special.putArray("tokens").add(token);
    }
    return processor;
  }

  private void template(ArrayNode template, Tokenizer tokenizer, String... texts) {
    for (String text : texts) {
      specials(template, tokenizer, frame.before());
      template.addObject().putObject("Sequence").put("id", text).put("type_id", 0);
      specials(template, tokenizer, frame.after());
    }
  }

  private static void specials(ArrayNode template, Tokenizer tokenizer, int... ids) {
    for (int id : ids) {
      template
          .addObject()
          .putObject("SpecialToken")
          .put("id", tokenizer.token(id))
          .put("type_id", 0);
    }
  }

  private static JsonNode tree(byte[] tokenizer) {
    try {
      return JSON.readTree(tokenizer);
    } catch (IOException e) {
      throw StoredTokens.refused("is not JSON");
    }
  }
}
