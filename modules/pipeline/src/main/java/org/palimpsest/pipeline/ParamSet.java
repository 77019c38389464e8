package org.palimpsest.pipeline;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The params of one stage, made from the {@link ParamTable}. */
final class ParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LinkedHashMap<String, Param<?>> params = new LinkedHashMap<>();

  /** Makes the params of a stage whose uid is known. */
  ParamSet(Params stage, String name) {
    for (ParamTable.Entry entry : ParamTable.of(name)) {
      params.put(entry.name(), param(stage, entry));
    }
  }

  private static Param<?> param(Params stage, ParamTable.Entry entry) {
    return switch (entry.type()) {
      case STRING -> new Param<String>(stage, entry.name(), entry.doc());
      case LONG -> new LongParam(stage, entry.name(), entry.doc());
      case DOUBLE -> new DoubleParam(stage, entry.name(), entry.doc());
      case STRINGS -> new StringArrayParam(stage, entry.name(), entry.doc());
    };
  }

  /** Sets the defaults, when the stage has its params. */
  void setDefaults(Params stage, String name) {
    for (ParamTable.Entry entry : ParamTable.of(name)) {
      entry.defaultValue().ifPresent(value -> stage.setDefault(param(entry.name()), value));
    }
  }

  Param<?>[] all() {
    return params.values().toArray(new Param<?>[0]);
  }

  /** The param of that name, for values that are checked elsewhere. */
  @SuppressWarnings("unchecked") // Spark's params of numbers are Param<Object> as well.
  Param<Object> param(String name) {
    return (Param<Object>) params.get(name);
  }

  @SuppressWarnings("unchecked") // The table says so.
  Param<String> text(String name) {
    return (Param<String>) params.get(name);
  }

  LongParam whole(String name) {
    return (LongParam) params.get(name);
  }

  DoubleParam number(String name) {
    return (DoubleParam) params.get(name);
  }

  StringArrayParam texts(String name) {
    return (StringArrayParam) params.get(name);
  }

  /** The value of a param of a stage; empty if it is neither set nor has a default. */
  Optional<Object> value(Params stage, String name) {
    Param<Object> param = param(name);
    return stage.isDefined(param)
        ? Optional.ofNullable(stage.getOrDefault(param))
        : Optional.empty();
  }

  /** The values that were set, by name. */
  Map<String, Object> explicit(Params stage) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : params.keySet()) {
      if (stage.isSet(param(name)) && stage.getOrDefault(param(name)) != null) {
        values.put(name, stage.getOrDefault(param(name)));
      }
    }
    return values;
  }
}
