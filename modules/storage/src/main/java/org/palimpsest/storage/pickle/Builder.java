package org.palimpsest.storage.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;

/**
 * Makes storages and tensors of what a pickle says of them, as {@code torch/_utils.py} and {@code
 * torch/serialization.py} do.
 */
final class Builder {
  private static final int MOST_DIMENSIONS = 32;

  private final Refusals refusals;

  Builder(Refusals refusals) {
    this.refusals = refusals;
  }

  /** The storage that a persistent id names: ('storage', class, key, device, elements). */
  Storage storage(Object id) {
    if (id instanceof PickleMachine.Tuple tuple
        && tuple.items().size() == 5
        && "storage".equals(tuple.items().get(0))
        && tuple.items().get(1) instanceof Global.StorageClass kind
        && tuple.items().get(2) instanceof String key
        && tuple.items().get(4) instanceof Long size
        && size >= 0) {
      return new Storage(kind.type(), key, size);
    }
    throw refusals.damaged("its pickle refers to a storage that it does not describe");
  }

  /** The value of an allowed function. */
  Object applied(Object function, Object arguments) {
    if (!(function instanceof Global.Function known)
        || !(arguments instanceof PickleMachine.Tuple tuple)) {
      throw refusals.forbidden("calls something that is no function of tensors");
    }
    return switch (known) {
      case ORDERED_DICT -> orderedDict(tuple.items());
      case REBUILD_TENSOR -> tensor(tuple.items());
      case REBUILD_PARAMETER -> parameter(tuple.items());
    };
  }

  private Map<Object, Object> orderedDict(List<Object> arguments) {
    if (!arguments.isEmpty()) {
      throw refusals.damaged("its pickle makes a dictionary of something");
    }
    return new LinkedHashMap<>(1);
  }

  /** PyTorch gives its state dicts notes on versions; they change no tensor. */
  void requireAttributes(Object attributes, Object of) {
    if (!(of instanceof Map) || !(attributes instanceof Map)) {
      throw refusals.forbidden("sets attributes of something that is no dictionary");
    }
  }

  private TorchTensor parameter(List<Object> arguments) {
    if (!arguments.isEmpty() && arguments.get(0) instanceof TorchTensor tensor) {
      return tensor;
    }
    throw refusals.damaged("its pickle has a parameter without a tensor");
  }

  private TorchTensor tensor(List<Object> arguments) {
    if (arguments.size() >= 4
        && arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Long offset) {
      List<Long> shape = numbers(arguments.get(2));
      List<Long> strides = numbers(arguments.get(3));
      if (shape.size() == strides.size() && offset >= 0) {
        return inside(new TorchTensor(storage, offset, shape, strides));
      }
    }
    throw refusals.damaged("its pickle has a tensor that it does not describe");
  }

  private List<Long> numbers(Object value) {
    if (!(value instanceof PickleMachine.Tuple tuple) || tuple.items().size() > MOST_DIMENSIONS) {
      throw refusals.damaged("its pickle has a tensor without a shape");
    }
    List<Long> numbers = new ArrayList<>();
    for (Object item : tuple.items()) {
      if (!(item instanceof Long number) || number < 0) {
        throw refusals.damaged("its pickle has a shape that is not of whole numbers");
      }
      numbers.add(number);
    }
    return numbers;
  }

  private TorchTensor inside(TorchTensor tensor) {
    Storage storage = tensor.storage();
    boolean fits;
    try {
      long end = Math.addExact(tensor.offset(), tensor.extent());
      fits = end <= storage.size() && tensor.size() <= storage.size();
    } catch (ArithmeticException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT, overrun(tensor).getMessage(), e);
    }
    if (!fits) {
      throw overrun(tensor);
    }
    return tensor;
  }

  private PalimpsestException overrun(TorchTensor tensor) {
    return refusals.damaged(
        "a tensor of the shape "
            + Reason.quoted(tensor.shape().toString())
            + " is larger than its storage "
            + Reason.quoted(tensor.storage().key()));
  }
}
