/**
 * What belongs to these keys, made where they come for the first time. The keys are looked up one after the other: one
 * that were joined from them would have to be hashed anew for each request.
 */
export const known = <Keys extends readonly unknown[], Value>(make: (...keys: Keys) => Value) => {
  const root = newNode<Value>()
  return (...keys: Keys): Value => {
    let node = root
    for (const key of keys) {
      node = node.below.get(key) ?? added(node, key)
    }
    node.found ??= { value: make(...keys) }
    return node.found.value
  }
}

interface Node<Value> {
  below: Map<unknown, Node<Value>>
  found?: { value: Value }
}

const newNode = <Value>(): Node<Value> => ({ below: new Map() })

const added = <Value>(node: Node<Value>, key: unknown): Node<Value> => {
  const next = newNode<Value>()
  node.below.set(key, next)
  return next
}
