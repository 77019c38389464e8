package org.palimpsest.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Param;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoints;
import scala.Option;

/**
 * Where a model is, with its params: what a server keeps of a model that it may need again.
 *
 * @param uid of the model
 * @param origin path of its checkpoint or folder
 * @param params the params that were set, as Spark ML encodes them in JSON
 */
record ModelPointer(String uid, String origin, Map<String, String> params) {
  private static final String NAME = "pointer.json";

  /** A pointer to a model that has parameters. */
  static ModelPointer to(EncoderDecoderModel model) {
    Map<String, String> params = new TreeMap<>();
    model
        .params
        .explicit(model)
        .forEach((name, value) -> params.put(name, model.params.param(name).jsonEncode(value)));
    return new ModelPointer(model.uid(), model.trained().origin(), params);
  }

  /** A folder of this machine, whatever the default file system is. */
  static StoredFolder local(String path) {
    return new StoredFolder(new Path(new File(path).toURI()), new Configuration(false));
  }

  void write(StoredFolder folder) {
    folder.writeJson(NAME, this);
  }

  static ModelPointer read(StoredFolder folder) {
    try {
      return new ObjectMapper().treeToValue(folder.readJson(NAME), ModelPointer.class);
    } catch (JsonProcessingException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.resolve(NAME) + " is damaged: load or fit the model again.",
          e);
    }
  }

  /** The model that it points to. */
  EncoderDecoderModel model(Configuration hadoop) {
    EncoderDecoderModel model = new EncoderDecoderModel(uid);
    params.forEach(
        (name, json) -> {
          Param<Object> param = model.params.param(name);
          EncoderDecoderModel unused = model.with(name, param.jsonDecode(json));
        });
    return model.loaded(trained(new Path(origin), hadoop), Option.empty());
  }

  /** The model in a folder or a checkpoint. */
  static TrainedModel trained(Path path, Configuration hadoop) {
    return new StoredFolder(path, hadoop).exists("config.json")
        ? TrainedModel.folder(path, hadoop)
        : TrainedModel.of(new Checkpoints(path.getParent(), hadoop).open(path.getName()), hadoop);
  }
}
