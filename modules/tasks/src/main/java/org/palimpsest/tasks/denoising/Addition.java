package org.palimpsest.tasks.denoising;

import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.corpus.tokenize.TokenizerSource;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;

/**
 * An addition of text to a corpus. Keys that the recipe does not set have the values with which the
 * corpus was prepared, so that an addition that is repeated every night does not depend on the
 * defaults of the release that runs it.
 */
final class Addition {
  private static final String TOKENIZER = "tokenizer.";

  /** What is added, and where a tokenizer is: the manifest has its checksum instead. */
  private static final List<String> NOT_TAKEN = List.of("corpus.input", "tokenizer.path");

  private final Recipe recipe;
  private final Configuration hadoop;
  private final Map<String, String> recorded;

  Addition(Recipe recipe, Configuration hadoop) {
    this.recipe = recipe;
    this.hadoop = hadoop;
    Path path = new Path(CorpusSettings.from(recipe.config()).path());
    recorded = Manifest.store(new StoredFolder(path, hadoop)).read().settings();
  }

  CorpusSettings settings() {
    if (!choosesTokenizer()) {
      Map<String, String> tokenizer = new TreeMap<>(recorded);
      tokenizer.keySet().removeIf(key -> !key.startsWith(TOKENIZER));
      return CorpusSettings.from(withRecorded().config())
          .withTokenizer(new TokenizerSource.OfCorpus(tokenizer));
    }
    return Pretraining.corpusSettings(withRecorded(), hadoop);
  }

  /** Whether the recipe says which tokenizer the corpus must have. */
  private boolean choosesTokenizer() {
    return recipe.sets("tokenizer") || !recipe.section("model").getString("from").isEmpty();
  }

  private Recipe withRecorded() {
    List<String> assignments = new ArrayList<>();
    recorded.forEach(
        (key, value) -> {
          boolean isKnown = recipe.config().hasPath(key);
          if (isKnown && !NOT_TAKEN.contains(key) && !recipe.sets(key)) {
            assignments.add(key + " = " + hocon(key, value));
          }
        });
    return recipe.with(assignments);
  }

  private static String hocon(String key, String value) {
    return key.equals("tokenizer.train.special-tokens")
        ? Arrays.stream(value.split(", "))
            .filter(token -> !token.isEmpty())
            .map(ConfigUtil::quoteString)
            .collect(Collectors.joining(", ", "[", "]"))
        : ConfigUtil.quoteString(value);
  }
}
