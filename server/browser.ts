throw new Error('inservice-kit/server runs in Node, not in a page. The elements are in "inservice-kit".');
