package org.palimpsest.corpus.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.objective.Needs;
import org.palimpsest.objective.Vocabulary;

/**
 * Adds the special tokens of an objective to a tokenizer that lacks them: at the end of the
 * vocabulary, which is otherwise untouched. Sentinels descend, {@code <extra_id_0>} last, as in T5.
 *
 * <p>For example, a BART tokenizer of 50265 entries has a mask and no sentinels. For an objective
 * with sentinels it gets {@code <extra_id_99>} with id 50265 to {@code <extra_id_0>} with id 50364.
 */
public final class TokenizerAdditions {
  /** As many as the published T5 models have. */
  private static final int USUAL_SENTINELS = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TokenizerAdditions() {}

  /**
   * Returns the special tokens that a tokenizer lacks, in the order of their ids.
   *
   * @throws PalimpsestException of kind CONFIGURATION if it has sentinels, but not enough
   */
  public static List<String> missing(Vocabulary vocabulary, Needs needs) {
    List<String> tokens = new ArrayList<>();
    if (needs.mask() && !vocabulary.hasMask()) {
      tokens.add("<mask>");
    }
    needs.named().stream()
        .filter(token -> !vocabulary.named().containsKey(token))
        .forEach(tokens::add);
    if (needs.sentinels() > vocabulary.sentinels()) {
      requireNoSentinels(vocabulary, needs);
      for (int k = Math.max(USUAL_SENTINELS, needs.sentinels()) - 1; k >= 0; k--) {
        tokens.add("<extra_id_" + k + ">");
      }
    }
    return tokens;
  }

  private static void requireNoSentinels(Vocabulary vocabulary, Needs needs) {
    if (vocabulary.sentinels() > 0) {
      throw PalimpsestException.configuration(
          "The objective needs %d sentinels, but the tokenizer has %d: lower the noise density or corpus.block-size, or raise the mean span length."
              .formatted(needs.sentinels(), vocabulary.sentinels()));
    }
  }

  /**
   * Returns a tokenizer with additional special tokens.
   *
   * @param tokens texts of tokens that the tokenizer does not have; the first one gets the id after
   *     the highest one
   * @throws PalimpsestException of kind INPUT if the vocabulary has ids without a token, which
   *     other tools would give to the new tokens
   */
  public static TokenizerFile add(TokenizerFile file, List<String> tokens) {
    if (tokens.isEmpty()) {
      return file;
    }
    StoredTokens stored = StoredTokens.parse(file.json());
    int first = file.tokenizer().vocabulary().size();
    requireContiguous(file.tokenizer(), first);
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(file.json());
      JsonNode before = stored.rest().path("added_tokens");
      ArrayNode added = root.putArray("added_tokens");
      before.forEach(added::add);
      for (int i = 0; i < tokens.size(); i++) {
        TokenizerJson.addedToken(added, first + i, tokens.get(i));
      }
      return new TokenizerFile(JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw new IllegalStateException("A tokenizer that was read before cannot be read again.", e);
    }
  }

  /** Refuses a vocabulary with ids that no token has: other tools give them to new tokens. */
  static void requireContiguous(Tokenizer tokenizer, int size) {
    for (int id = 0; id < size; id++) {
      if (tokenizer.token(id).isEmpty()) {
        throw PalimpsestException.input(
            "The tokenizer has no token with the id %d, so no tokens can be added to it: choose an objective that needs none and tokenizer.extend = 0, or add them with another tool."
                .formatted(id));
      }
    }
  }
}
