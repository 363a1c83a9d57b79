expect(nett):has_no()
