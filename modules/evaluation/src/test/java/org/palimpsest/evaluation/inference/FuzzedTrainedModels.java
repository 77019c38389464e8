package org.palimpsest.evaluation.inference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.palimpsest.corpus.bpe.BytePairTrainer;
import org.palimpsest.corpus.bpe.TokenizerJson;
import org.palimpsest.corpus.bpe.WordCount;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.fuzz.Fuzzer;
import org.palimpsest.model.fuzz.Mutator;
import org.palimpsest.model.spec.ModelSettings;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.objective.preset.Objectives;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.huggingface.ModelFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.checkpoint.TrainingState;
import org.palimpsest.training.config.Recipe;

/** Opens trained models with a damaged recipe, damaged presets, or a damaged objective. */
final class FuzzedTrainedModels {
  private static final Configuration HADOOP = new Configuration();
  private static final String NAME = Checkpoints.folderName(7, "abc");
  private static final Recipe RECIPE =
      Recipe.defaults()
          .with("model.preset=tiny", "objective={preset=ul2}", "finetune.input=[a.jsonl]");

  private static final TokenizerFile TOKENIZER =
      new TokenizerFile(
          TokenizerJson.write(
              BytePairTrainer.train(List.of(new WordCount(" the", 9)), 2, 2), List.of(), 128));

  private FuzzedTrainedModels() {}

  public static void main(String[] arguments) throws Exception {
    Fuzzer.main(FuzzedTrainedModels::targets, arguments);
  }

  private static Map<String, Fuzzer.Target> targets(Path folder) throws IOException {
    Checkpoints checkpoints =
        new Checkpoints(new org.apache.hadoop.fs.Path(folder.toString()), HADOOP);
    byte[] recipe = RECIPE.resolved().getBytes(StandardCharsets.UTF_8);
    byte[] presets = RECIPE.presets(spec(), Objectives.parse(RECIPE.objective()).describe());
    return Map.of(
        "recipe.conf of a model", seed -> read(checkpoints, Mutator.text(recipe, seed), presets),
        "presets.conf of a model", seed -> read(checkpoints, recipe, Mutator.text(presets, seed)),
        "palimpsest.json of a model", origin(folder.resolve("model")));
  }

  private static ModelSpec spec() {
    return ModelSettings.from(RECIPE.section("model"), TOKENIZER.tokenizer().vocabulary());
  }

  private static void read(Checkpoints checkpoints, byte[] recipe, byte[] presets) {
    StoredFolder folder = checkpoints.folder(NAME);
    List<StoredFile> files = new ArrayList<>();
    files.add(folder.write(Checkpoint.RECIPE, out -> out.write(recipe)));
    files.add(folder.write(Checkpoint.PRESETS, out -> out.write(presets)));
    files.add(folder.write(Checkpoint.TOKENIZER, out -> out.write(TOKENIZER.json())));
    use(
        TrainedModel.of(
            checkpoints.publish(folder, TrainingState.beginning(1, "data"), files, 0), HADOOP));
  }

  private static void use(TrainedModel model) {
    String unused =
        model.prefix()
            + model.objectiveName()
            + model.pretrainingObjectiveText()
            + model.frames()
            + ParameterLayout.of(model.spec()).size();
  }

  private static Fuzzer.Target origin(Path folder) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.toString());
    HeapVector parameters = new HeapVector((int) ParameterLayout.of(spec()).size());
    Map<String, Object> objective =
        Map.of("fine-tuned", Objectives.parse(RECIPE.objective()).describe(), "prefix", "x");
    ModelFolder.write(
        path, HADOOP, new ModelFolder.Content(spec(), parameters, TOKENIZER.json(), objective));
    Path file = folder.resolve("palimpsest.json");
    byte[] valid = Files.readAllBytes(file);
    return seed -> {
      Files.write(file, Mutator.text(valid, seed));
      use(TrainedModel.folder(path, HADOOP));
    };
  }
}
