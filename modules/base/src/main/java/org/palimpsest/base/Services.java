package org.palimpsest.base;

import java.util.List;
import java.util.ServiceLoader;

/** Implementations that jars list in {@code META-INF/services}. */
public final class Services {
  private Services() {}

  /**
   * One instance of every implementation.
   *
   * <p>The thread's class loader comes first, because Spark loads the jars of {@code --jars} with
   * it; threads that no Spark task started may have a loader that does not see this project.
   */
  public static <T> List<T> all(Class<T> service) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader loader = sees(context, service) ? context : service.getClassLoader();
    return ServiceLoader.load(service, loader).stream().map(ServiceLoader.Provider::get).toList();
  }

  private static boolean sees(ClassLoader loader, Class<?> type) {
    try {
      return loader != null && Class.forName(type.getName(), false, loader) == type;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
