package org.palimpsest.storage.pickle;

import java.util.List;
import java.util.Optional;

/** The names of Python that a pickle of tensors needs. None of them is looked up anywhere. */
sealed interface Global {
  /** A function that the pickle may apply. */
  enum Function implements Global {
    REBUILD_TENSOR("torch._utils", "_rebuild_tensor_v2"),
    REBUILD_PARAMETER("torch._utils", "_rebuild_parameter"),
    ORDERED_DICT("collections", "OrderedDict");

    private final String module;
    private final String name;

    Function(String module, String name) {
      this.module = module;
      this.name = name;
    }
  }

  /** The class of a storage. */
  record StorageClass(ElementType type) implements Global {}

  /** What a name stands for; empty if it is not allowed. */
  static Optional<Global> named(String module, String name) {
    for (Function function : List.of(Function.values())) {
      if (function.module.equals(module) && function.name.equals(name)) {
        return Optional.of(function);
      }
    }
    return module.equals("torch")
        ? ElementType.ofStorage(name).map(StorageClass::new)
        : Optional.empty();
  }
}
