package org.palimpsest.pipeline;

import com.typesafe.config.ConfigUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Digests;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;

/** The recipe that the params of an estimator describe. */
final class StageRecipe {
  private static final Pattern FILE = Pattern.compile("[^\\n={}]+\\.(conf|json|hocon)");
  private static final int HASH_DIGITS = 12;

  private StageRecipe() {}

  /** The recipe, in which the folder of the run may still have its placeholders. */
  static Recipe of(TrainingEstimator<?> stage, Configuration hadoop) {
    Map<String, Object> values = stage.params.explicit(stage);
    List<String> assignments = new ArrayList<>();
    if (values.get("settings") instanceof String[] settings) {
      assignments.addAll(Arrays.asList(settings));
    }
    for (ParamTable.Entry entry : ParamTable.of(stage.stage())) {
      if (entry.key().isPresent() && values.containsKey(entry.name())) {
        assignments.add(entry.key().get() + " = " + hocon(values.get(entry.name())));
      }
    }
    return base((String) values.get("recipe"), hadoop).with(assignments);
  }

  private static Recipe base(String recipe, Configuration hadoop) {
    if (recipe == null) {
      return Recipe.defaults();
    }
    if (!FILE.matcher(recipe.strip()).matches()) {
      return Recipe.of(recipe);
    }
    Path path = new Path(recipe.strip());
    if (path.toUri().getScheme() == null) {
      return Recipe.load(java.nio.file.Path.of(recipe.strip()));
    }
    byte[] text = new StoredFolder(path.getParent(), hadoop).readAll(path.getName());
    return Recipe.of(new String(text, StandardCharsets.UTF_8));
  }

  /** What the param of an objective says: a name, or an object in HOCON. */
  static Object objective(String text) {
    return Recipe.of("objective = " + hocon(text)).objective();
  }

  /** A value in HOCON: numbers and objects as they are, other texts in quotes. */
  static String hocon(Object value) {
    if (value instanceof String text) {
      return text.strip().startsWith("{") ? text : ConfigUtil.quoteString(text);
    }
    return value.toString();
  }

  /** The recipe with the folder of the run for these params and data. */
  static Recipe placed(Recipe recipe, TrainingEstimator<?> stage, TrainingData data) {
    String template = recipe.directory();
    if (!template.contains("{params}") && !template.contains("{data}")) {
      return recipe;
    }
    String directory =
        template.replace("{params}", paramsHash(stage)).replace("{data}", data.hash());
    return recipe.with("run.directory = " + ConfigUtil.quoteString(directory));
  }

  /** A hash of what was set, but for where the run is and how it resumes. */
  private static String paramsHash(TrainingEstimator<?> stage) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(stage.params.explicit(stage))
        .forEach(
            (name, value) -> {
              if (!name.equals("runDir") && !name.equals("resume")) {
                text.append(name).append('=').append(shown(value)).append('\n');
              }
            });
    return Digests.sha256Hex(text.toString()).substring(0, HASH_DIGITS);
  }

  private static String shown(Object value) {
    return value instanceof Object[] array ? Arrays.toString(array) : value.toString();
  }
}
