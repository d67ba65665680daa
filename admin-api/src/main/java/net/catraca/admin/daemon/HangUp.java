package net.catraca.admin.daemon;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, by which an operator asks a daemon to read its files again. Without it the JVM would end on that signal.
 *
 * <p>The JDK's only way to signals is {@code sun.misc.Signal}, exported by the module jdk.unsupported. The compiler warns
 * of it and cannot be told not to, hence the reflection.
 */
final class HangUp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private final Object before;

    private HangUp(Object before) {
        this.before = before;
    }

    /** From now on each of them runs this, on a thread of its own. */
    static HangUp calls(Runnable work) throws StartFailure {
        try {
            var handlerType = Class.forName("sun.misc.SignalHandler");
            var handler = Proxy.newProxyInstance(
                    HangUp.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return method.invoke(work, arguments);
                        }
                        LOG.info("SIGHUP: reading vendor profiles and dictionaries again");
                        work.run();
                        return null;
                    });
            return new HangUp(handle(handler));
        } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
            throw new StartFailure("This JVM does not let us handle SIGHUP (-Xrs?): " + unavailable, unavailable);
        }
    }

    private static Object handle(Object handler) throws ReflectiveOperationException {
        var signalType = Class.forName("sun.misc.Signal");
        var signal = signalType.getConstructor(String.class).newInstance("HUP");
        return signalType
                .getMethod("handle", signalType, Class.forName("sun.misc.SignalHandler"))
                .invoke(null, signal, handler);
    }

    @Override
    public void close() throws ReflectiveOperationException {
        handle(before);
    }
}
