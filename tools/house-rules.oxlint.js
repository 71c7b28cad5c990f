/**
 * Rules that the linter does not have. `no-present-time`: `new Date()` reads the clock, `new Date(ms)` does not.
 */
const presentTime = {
  create: (context) => ({
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0) {
        context.report({ node, message: 'Take the time as an argument or from the port Clock.' });
      }
    },
  }),
};

export default { meta: { name: 'house' }, rules: { 'no-present-time': presentTime } };
